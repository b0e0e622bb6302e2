import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface ReceivedMail {
  to: string[]
  /** Headers and body as they came over the wire. */
  source: string
}

export interface SmtpServer {
  url: string
  received: ReceivedMail[]
  /** What the next mails are refused with, such as `550 no such user`; accepted when used up. */
  refusals: string[]
  close(): Promise<void>
}

/** A mail server that takes everything: enough of SMTP for a client to deliver to. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const received: ReceivedMail[] = []
  const refusals: string[] = []
  const server = createServer((socket) => converse(socket, received, refusals))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refusals,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function converse(socket: Socket, received: ReceivedMail[], refusals: string[]): void {
  const say = (line: string) => socket.write(`${line}\r\n`)
  let to: string[] = []
  let data: string | undefined
  let pending = ''
  socket.on('error', () => socket.destroy())
  say('220 test ready')
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    pending += chunk
    for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
      const line = pending.slice(0, end)
      pending = pending.slice(end + 2)
      if (data !== undefined) {
        if (line !== '.') data += `${line}\n`
        else {
          received.push({ to, source: data })
          data = undefined
          to = []
          say('250 taken')
        }
        continue
      }
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'RCPT') {
        const refusal = refusals.shift()
        if (refusal) say(refusal)
        else {
          to.push(/<(.*)>/.exec(line)?.[1] ?? '')
          say('250 fine')
        }
      } else if (verb === 'DATA') {
        data = ''
        say('354 go on')
      } else if (verb === 'QUIT') {
        say('221 bye')
        socket.end()
      } else say('250 fine')
    }
  })
}
