import { words } from '../../words/language.ts'

/** What is wrong with an `allow` or `deny` line; each follows `allow in [section]`. */
export const ruleLineWords = words('ruleLineWords', {
  form: 'should be METHOD[,METHOD] PATTERN, for example GET,PUT /core/v1/employees/*; * is every method',
  starAlone: 'should have "*" alone, or methods: "*" is every one',
  oneComma: 'should have one comma between methods, and no blank',
  head: 'should not name HEAD: GET counts for it',
  refusedMethod: (method: string) => `should not name ${method}, which is refused for everyone`,
  method: 'should name a method of HTTP, or * for all',
  slash: 'should have a pattern that begins with "/": a path of CATAPA, without host',
  query: 'should have no "?" or "#" in its pattern: the text behind them is not judged',
  braces: 'should have * for each segment that holds an id in braces',
  partOfSegment: 'should have "*" for a whole segment only, also for one such as externalId%3D…',
  starsAtEnd: 'should have "**" only at the end of its pattern',
  misspelt: (meant: string) => `has a pattern that no path of CATAPA fits; did you mean ${meant}?`,
  emptySegment: 'should have one "/" for "//" in its pattern',
  trailingSlash: 'should have no "/" at the end of its pattern; "/**" is all that lies below',
  encoded: 'should have letters, digits and "-._~" without encoding in its pattern',
  nothing: 'has a pattern that fits nothing: requests that could be read in two ways are refused',
})
