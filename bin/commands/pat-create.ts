import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { authorize } from '#lib/core/authorize.ts'
import { isScope, SCOPES } from '#lib/core/permissions.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { type Command, parseOptions, required, UsageError } from '../command.ts'

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000 }

/** `pat create --name N --scopes a,b [--expires 90d]`: prints the token alone. */
export const patCreate: Command = {
  name: 'pat create',
  usage: 'pat create --name N --scopes a,b [--expires 90d]',
  summary: 'makes a personal access token and prints it, alone',
  async run(args, { account, now }) {
    const { values } = parseOptions(args, {
      name: { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
    })
    const ctx = authorize(consoleContext(await account()), 'personalAccessToken:write')
    const token = await createPersonalAccessToken(ctx, {
      name: required(values.name, '--name'),
      scopes: required(values.scopes, '--scopes')
        .split(',')
        .map((part) => parseScope(part.trim())),
      expiresAt: values.expires ? new Date(now.getTime() + parseDuration(values.expires)) : null,
    })
    process.stdout.write(`${token.accessToken}\n`)
    return 0
  },
}

function parseScope(text: string) {
  if (!isScope(text)) throw new UsageError(`There is no scope "${text}". There are: ${SCOPES.join(', ')}.`)
  return text
}

/** `90d`, `12h` or `30m`, in milliseconds. */
function parseDuration(text: string): number {
  const match = /^(\d{1,5})([dhm])$/.exec(text)
  const unit = match?.[2]
  if (!match || (unit !== 'd' && unit !== 'h' && unit !== 'm')) {
    throw new UsageError(`--expires: "${text}" is not a duration like 90d, 12h or 30m.`)
  }
  return Number(match[1]) * UNIT_MS[unit]
}
