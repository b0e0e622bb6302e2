import { blank } from '../contract/blank.ts'
import type { SessionPlan } from '../documents/checkout.ts'
import type { PaymentMethod, SetupIntent } from '../documents/payments.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

interface SetupInput {
  customer: string | null
  method: PaymentMethod | undefined
  data: SessionPlan['setup_intent_data']
}

/** A card kept for later, without a payment. */
export async function newSetupIntent(work: Work, input: SetupInput): Promise<SetupIntent> {
  const id = work.newId('seti')
  const intent: SetupIntent = {
    ...blank('SetupIntent'),
    id,
    object: 'setup_intent',
    client_secret: work.newId(`${id}_secret`),
    created: work.now,
    customer: input.customer,
    description: input.data.description,
    metadata: input.data.metadata,
    payment_method: input.method?.id ?? null,
    payment_method_types: ['card'],
    status: 'succeeded',
    usage: 'off_session',
  }
  await work.db.put('setup_intent', intent)
  await emit(work, 'setup_intent.created', {
    ...intent,
    payment_method: null,
    status: 'requires_payment_method',
  })
  await emit(work, 'setup_intent.succeeded', intent)
  return intent
}
