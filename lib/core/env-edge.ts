/** The few names that edge code needs. Edge code cannot destructure `process.env`: each is named in full. */
export const edgeEnv = {
  nextAuthSecret: () => process.env.NEXTAUTH_SECRET ?? '',
  publicUrl: () => process.env.NEXTAUTH_URL ?? '',
  apiOrigin: () => process.env.LATCHKEY_API_ORIGIN ?? '',
  /** The origin of hosted payment pages, when another server has them. */
  checkoutOrigin: () => process.env.LATCHKEY_CHECKOUT_ORIGIN ?? '',
  development: () => process.env.NODE_ENV === 'development',
  forwardKey: () => process.env.LATCHKEY_FORWARD_KEY ?? '',
}
