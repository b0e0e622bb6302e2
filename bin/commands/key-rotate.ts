import { authorize } from '#lib/core/authorize.ts'
import { isId } from '#lib/core/ids.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { rotateAccountKey } from '#lib/vendor/signing/rotate-account-key.ts'
import { rotateProductKey } from '#lib/vendor/signing/rotate-product-key.ts'
import { type Command, parseOptions, UsageError } from '../command.ts'

const DAY = 86_400

/** `key rotate [--product ID] [--overlap 90d]`: prints the new key's id. */
export const keyRotate: Command = {
  name: 'key rotate',
  usage: 'key rotate [--product ID] [--overlap 90d]',
  summary: 'signs with a new key from now on; the old one stays published meanwhile',
  async run(args, { account }) {
    const { values } = parseOptions(args, {
      product: { type: 'string' },
      overlap: { type: 'string' },
    })
    const overlap = parseDays(values.overlap ?? '90d')
    const ctx = consoleContext(await account())
    if (values.product !== undefined && !isId(values.product)) {
      throw new UsageError('--product: the id of a product is expected.')
    }
    const { kid } = values.product
      ? await rotateProductKey(authorize(ctx, 'product:write'), {
          productId: values.product.toLowerCase(),
          overlap,
        })
      : await rotateAccountKey(authorize(ctx, 'account:write'), { overlap })
    process.stdout.write(`${kid}\n`)
    return 0
  },
}

/** `90d`, in seconds. */
function parseDays(text: string): number {
  const days = /^(\d{1,4})d$/.exec(text)?.[1]
  if (!days) throw new UsageError(`--overlap: "${text}" is not a number of days like 90d.`)
  return Number(days) * DAY
}
