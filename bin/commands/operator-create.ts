import { text } from 'node:stream/consumers'
import { createOperator } from '#lib/access/operators/create-operator.ts'
import { authorize } from '#lib/core/authorize.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { type Command, parseOptions, required } from '../command.ts'

/** `operator create --email E --name N [--role R]`, password on standard input. */
export const operatorCreate: Command = {
  name: 'operator create',
  usage: 'operator create --email E --name N [--role R]',
  summary: 'makes an operator; the password is read from standard input',
  async run(args, { account }) {
    const { values } = parseOptions(args, {
      email: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string' },
    })
    const email = required(values.email, '--email')
    const name = required(values.name, '--name')
    if (process.stdin.isTTY) process.stderr.write('Password (end with Enter and Ctrl-D): ')
    const password = (await text(process.stdin)).replace(/\r?\n$/, '')
    const ctx = authorize(consoleContext(await account()), 'operator:write')
    const operator = await createOperator(ctx, {
      email,
      name,
      password,
      ...(values.role && { role: values.role }),
    })
    process.stdout.write(`${operator.id}\n`)
    return 0
  },
}
