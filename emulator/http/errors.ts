export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'

export interface ErrorDetails {
  code?: string
  param?: string
  decline_code?: string
}

/** An answer in Stripe's error form. */
export class ApiError extends Error {
  readonly status: number
  readonly type: ErrorType
  readonly details: ErrorDetails

  constructor(status: number, type: ErrorType, message: string, details: ErrorDetails = {}) {
    super(message)
    this.status = status
    this.type = type
    this.details = details
  }

  body(): { error: { type: ErrorType; message: string } & ErrorDetails } {
    return { error: { ...this.details, message: this.message, type: this.type } }
  }
}

/** 402 from the bank. The failed attempt is a fact: unlike after other errors, what was written stays. */
export class CardError extends ApiError {
  constructor(decline: { code: string; declineCode: string; message: string }) {
    super(402, 'card_error', decline.message, { code: decline.code, decline_code: decline.declineCode })
  }
}

/** 400 for a parameter, with its name in Stripe's bracket form. */
export function invalidParam(message: string, param?: string, code?: string): ApiError {
  return new ApiError(400, 'invalid_request_error', message, {
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  })
}

/** 404 if the id was in the path, 400 if it was a parameter: Stripe tells them apart. */
export function noSuch(noun: string, id: string, param = 'id'): ApiError {
  return new ApiError(param === 'id' ? 404 : 400, 'invalid_request_error', `No such ${noun}: '${id}'`, {
    code: 'resource_missing',
    param,
  })
}
