// What the page says, in Bahasa Indonesia: loaded only where the page is to be in it. The browser loads this very module.
import '../../words/unit-words.id.ts'
