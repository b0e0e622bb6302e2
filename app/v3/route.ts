/** The root has nothing to show either; `[...rest]` does not match it. */
export { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } from './[...rest]/route.ts'
