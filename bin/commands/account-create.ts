import { createAccount } from '#lib/vendor/accounts/create-account.ts'
import { type Command, parseOptions, required } from '../command.ts'

/** `account create --name N --alias A [--domain D]` */
export const accountCreate: Command = {
  name: 'account create',
  usage: 'account create --name N --alias A [--domain HOST]',
  summary: 'makes another vendor account and prints its id',
  wholeInstallation: true,
  async run(args, { db, now }) {
    const { values } = parseOptions(args, {
      name: { type: 'string' },
      alias: { type: 'string' },
      domain: { type: 'string' },
    })
    const account = await createAccount(db, {
      name: required(values.name, '--name'),
      alias: required(values.alias, '--alias'),
      ...(values.domain && { domain: values.domain }),
      at: now,
    })
    process.stdout.write(`${account.id}\n`)
    return 0
  },
}
