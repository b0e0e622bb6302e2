import type Stripe from 'stripe'
import type { SessionMode } from '../../documents/checkout.ts'
import { invalidParam } from '../../http/errors.ts'
import type { Work } from '../../work.ts'
import { find } from '../find.ts'
import { supportOnly } from '../operation.ts'

type Params = Stripe.Checkout.SessionCreateParams

export const SUPPORTED = [
  'allow_promotion_codes',
  'automatic_tax',
  'billing_address_collection',
  'cancel_url',
  'client_reference_id',
  'currency',
  'customer',
  'customer_creation',
  'customer_email',
  'customer_update',
  'expires_at',
  'line_items',
  'locale',
  'metadata',
  'mode',
  'payment_intent_data',
  'payment_method_collection',
  'setup_intent_data',
  'submit_type',
  'subscription_data',
  'success_url',
  'tax_id_collection',
  'ui_mode',
]

const MODES: readonly string[] = ['payment', 'subscription', 'setup'] satisfies SessionMode[]

/** Which parameter belongs to which mode. */
const ONLY_IN: ReadonlyMap<string, SessionMode[]> = new Map(
  Object.entries<SessionMode[]>({
    customer_creation: ['payment', 'setup'],
    payment_intent_data: ['payment'],
    payment_method_collection: ['subscription'],
    setup_intent_data: ['setup'],
    subscription_data: ['subscription'],
  }),
)

/**
 * The rules that parameter types cannot say.
 * @throws ApiError 400
 */
export async function checkSession(work: Work, params: Params): Promise<SessionMode> {
  const mode = MODES.find((candidate) => candidate === params.mode) as SessionMode | undefined
  if (!mode) throw invalidParam('Missing required param: mode.', 'mode', 'parameter_missing')
  if (params.ui_mode !== undefined && params.ui_mode !== 'hosted_page') {
    throw invalidParam('The emulator has hosted pages only: ui_mode must be hosted_page.', 'ui_mode')
  }
  if (!params.success_url)
    throw invalidParam('Missing required param: success_url.', 'success_url', 'parameter_missing')
  for (const name of ['success_url', 'cancel_url'] as const) checkUrl(params[name], name)
  for (const [name, modes] of ONLY_IN) {
    if (params[name as keyof Params] !== undefined && !modes.includes(mode)) {
      throw invalidParam(`You can not pass \`${name}\` in \`${mode}\` mode.`, name)
    }
  }
  if (params.subscription_data)
    supportOnly(params.subscription_data, [
      'metadata',
      'description',
      'trial_period_days',
      'trial_end',
      'billing_mode',
    ])
  if (params.payment_intent_data)
    supportOnly(params.payment_intent_data, [
      'metadata',
      'description',
      'receipt_email',
      'setup_future_usage',
    ])
  if ((params.client_reference_id?.length ?? 0) > 200) {
    throw invalidParam('client_reference_id can be at most 200 characters.', 'client_reference_id')
  }
  await checkCustomer(work, params)
  checkTimes(work, params)
  return mode
}

async function checkCustomer(work: Work, params: Params): Promise<void> {
  if (params.customer === undefined) {
    if (params.customer_update)
      throw invalidParam('`customer_update` can only be used with `customer`.', 'customer_update')
    return
  }
  await find(work.db, 'customer', params.customer, 'customer')
  if (params.customer_email !== undefined) {
    throw invalidParam(
      'You may only specify one of these parameters: customer, customer_email.',
      'customer_email',
    )
  }
  if (params.customer_creation !== undefined) {
    throw invalidParam(
      'You may only specify one of these parameters: customer, customer_creation.',
      'customer_creation',
    )
  }
  if (params.tax_id_collection?.enabled && params.customer_update?.name !== 'auto') {
    throw invalidParam(
      'Tax ID collection requires updating business name on the customer. Set `customer_update[name]` to `auto`.',
      'customer_update[name]',
    )
  }
}

function checkTimes(work: Work, params: Params): void {
  const { expires_at } = params
  if (expires_at !== undefined && (expires_at < work.now + 1800 || expires_at > work.now + 24 * 3600 + 60)) {
    throw invalidParam(
      '`expires_at` must be between 30 minutes and 24 hours from Checkout Session creation.',
      'expires_at',
    )
  }
  const { trial_period_days: days, trial_end: end } = params.subscription_data ?? {}
  if (days !== undefined && (days < 1 || days > 730)) {
    throw invalidParam('The trial must be between 1 and 730 days.', 'subscription_data[trial_period_days]')
  }
  if (end !== undefined && (days !== undefined || end < work.now + 2 * 24 * 3600)) {
    throw invalidParam(
      'The `trial_end` date has to be at least 2 days in the future.',
      'subscription_data[trial_end]',
    )
  }
}

function checkUrl(url: string | undefined, param: string): void {
  if (url !== undefined && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))) {
    throw invalidParam(
      'Invalid URL: An explicit scheme (such as https) must be provided.',
      param,
      'url_invalid',
    )
  }
}
