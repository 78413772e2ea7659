import { words } from '../words/language.ts'

/** The text of `--help` without a command. */
export const helpPageWords = words('helpPageWords', {
  page: (
    rows: string,
  ) => `catapa-sidecar logs in to CATAPA for programs that cannot: they call http://localhost:8228, it adds the token.

Usage: catapa-sidecar [COMMAND] [--config FILE]

${rows}

  --config FILE   settings as NAME=value lines; what the environment sets wins
  -h, --help      this text; after a command, that command's (also help, help COMMAND)
  -v, --version   the version

Settings are environment variables: config.example.env lists them all. A secret is never an argument.
`,
})
