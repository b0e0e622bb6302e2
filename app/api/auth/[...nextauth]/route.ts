import { answerAuth } from '#lib/web/sessions/auth-door.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'

interface AuthPath {
  params: Promise<{ nextauth: string[] }>
}

async function answer(request: Request, { params }: AuthPath): Promise<Response> {
  return answerAuth(await visitorContext(), request, (await params).nextauth)
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
