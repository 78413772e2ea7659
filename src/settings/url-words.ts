import { words } from '../words/language.ts'

/** What is wrong with the URLs of settings. */
export const urlWords = words('urlWords', {
  https: 'should be a URL that begins with https://',
  user: 'should have no user or password in it',
  queryOrFragment: 'should have no query or fragment',
  fragment: 'should have no fragment',
  path: 'should be an origin without a path: the paths come from the callers',
  encoding: 'should have a percent-encoded user and password: % itself is written %25',
  fragmentInPassword: 'should have no fragment; in a password # is written %23',
  store: 'should be redis://host:port or rediss://host:port, with user:password@ before the host if the store needs it',
  queryOrFragmentInPassword: 'should have no query or fragment; in a password ? is written %3F, and # is %23',
  noPassword: 'has a user without a password; a password alone is written as redis://:password@host',
  database: 'should end with the number of a database, as in /0, or without',
})
