import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AppError } from '#lib/core/errors.ts'
import { type MySecondFactor, mySecondFactor } from '#lib/people/second-factors/my-second-factor.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { withReturnTo } from '#lib/web/sessions/return-to.ts'
import { Alert } from '../../../_ui/alert.tsx'
import { Card } from '../../../_ui/card.tsx'
import { Field } from '../../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../../_ui/form.tsx'
import { PageHeader } from '../../../_ui/page-header.tsx'
import { makeCodesAction, startAction, turnOffAction, turnOnAction } from './actions.ts'
import { QrPicture } from './qr-picture.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

export const metadata: Metadata = { title: 'Two-step sign-in' }

const PAGE = '/me/security/two-step'
const DONE: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    on: 'Two-step sign-in is on. Make recovery codes now, for the day you lose the device.',
    off: 'Two-step sign-in is off.',
  }),
)

interface TwoStepPageProps {
  searchParams: Promise<{ done?: string | string[] }>
}

/** Setting up, using and ending the second factor. */
export default async function TwoStepPage({ searchParams }: TwoStepPageProps) {
  const { done } = await searchParams
  const ctx = await authorizeCustomer('me:write', { returnTo: PAGE })
  const state = await mySecondFactor(ctx).catch(signInAgain)
  const notice = typeof done === 'string' && DONE.get(done)
  return (
    <>
      <PageHeader
        title="Two-step sign-in"
        description="With it, signing in also takes a code that only your device shows."
      />
      {notice && (
        <div className="mb-6">
          <Alert tone="success">{notice}</Alert>
        </div>
      )}
      {state.enabled ? <TurnedOn state={state} /> : <TurnedOff state={state} />}
    </>
  )
}

function signInAgain(error: unknown): never {
  if (error instanceof AppError && error.code === 'STEP_UP_REQUIRED') {
    redirect(withReturnTo('/login', PAGE, { again: true }))
  }
  throw error
}

function TurnedOff({ state: { waiting } }: { state: MySecondFactor }) {
  if (!waiting) {
    return (
      <Card title="Off">
        <ActionForm action={startAction} label="Set up">
          <p>You need an authenticator application on your telephone or computer.</p>
          <SubmitButton>Set up two-step sign-in</SubmitButton>
        </ActionForm>
      </Card>
    )
  }
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <Card title="1. Read this with your application">
        <QrPicture text={waiting.url} label="Code for your authenticator application" />
        <p className="mt-4 text-sm">Or type this secret into it:</p>
        <p className="mt-1 font-mono break-all">{waiting.secret.match(/.{1,4}/g)?.join(' ')}</p>
      </Card>
      <Card title="2. Type the code that it shows">
        <ActionForm action={turnOnAction} label="First code">
          <Field
            name="twoFactorCode"
            label="Six-digit code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
            required
          />
          <SubmitButton>Turn on</SubmitButton>
        </ActionForm>
      </Card>
    </div>
  )
}

function TurnedOn({ state: { recoveryCodesLeft } }: { state: MySecondFactor }) {
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <Card title="Recovery codes">
        <ActionForm action={makeCodesAction} label="Recovery codes">
          <RecoveryCodes>
            <p>
              {recoveryCodesLeft === 0
                ? 'You have none. Without them a lost device locks you out.'
                : `You have ${recoveryCodesLeft} left. A new set replaces the old one.`}
            </p>
            <SubmitButton>Make ten recovery codes</SubmitButton>
          </RecoveryCodes>
        </ActionForm>
      </Card>
      <Card title="Turn off">
        <ActionForm action={turnOffAction} label="Turn off">
          <p>Give a code of your application, or, if you lost it, your password.</p>
          <Field
            name="twoFactorCode"
            label="Six-digit code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={20}
          />
          <Field name="password" label="Password" type="password" autoComplete="current-password" />
          <SubmitButton tone="error">Turn off two-step sign-in</SubmitButton>
        </ActionForm>
      </Card>
    </div>
  )
}
