import { browserWords } from './browser-words.ts'

/** The element of the page with this id. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** An element; text in it is never parsed as HTML. */
export function element(name: string, content: string | (Node | string)[] = [], className = ''): HTMLElement {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.append(...[content].flat())
  return made
}

/** A row of a table, with its heading. */
export function row(heading: (Node | string)[], cells: HTMLElement[], className = ''): HTMLElement {
  const first = element('th', heading)
  first.setAttribute('scope', 'row')
  return element('tr', [first, ...cells], className)
}

/** What to do, as a paragraph. */
export function advice(remedy: string): HTMLElement {
  return element('p', [element('strong', browserWords().toDo), ` ${remedy}`])
}

/** Text that may be broken after each `/` and `_`: on a phone, paths and codes are wider than their column. */
export function breakable(text: string): (Node | string)[] {
  return text.split(/(?<=[/_])/).flatMap((piece) => [piece, document.createElement('wbr')])
}

/** Changes the page only if the text differs: otherwise a screen reader would repeat it, and a selection would be lost. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

export function show(target: HTMLElement, visible: boolean): void {
  if (target.hidden === visible) target.hidden = !visible
}

const drawn = new WeakMap<Element, string>()

/** Fills `target` anew, but only if `content` has changed. */
export function fill(target: Element, content: unknown, draw: () => Node[]): void {
  const text = JSON.stringify(content)
  if (drawn.get(target) === text) return
  drawn.set(target, text)
  target.replaceChildren(...draw())
}
