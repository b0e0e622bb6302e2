import dns2 from 'dns2'

export interface NameServer {
  /** `127.0.0.1:<port>`, for `Resolver.setServers`. */
  address: string
  /** TXT records by name; each is a list of its pieces. */
  txt: Map<string, string[][]>
  /** Names that were asked for. */
  asked: string[]
  close(): Promise<void>
}

/** A real name server, on loopback, that knows TXT records. */
export async function startNameServer(): Promise<NameServer> {
  const { Packet } = dns2
  const txt = new Map<string, string[][]>()
  const asked: string[] = []
  const server = dns2.createServer({
    udp: true,
    handle(request, send) {
      const response = Packet.createResponseFromRequest(request)
      const name = request.questions[0]?.name ?? ''
      asked.push(name)
      const records = txt.get(name)
      // NXDOMAIN
      if (!records) response.header.rcode = 3
      for (const data of records ?? []) {
        const { TYPE, CLASS } = Packet
        response.answers.push(new Packet.Resource({ name, type: TYPE.TXT, class: CLASS.IN, ttl: 1, data }))
      }
      send(response)
    },
  })
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } })
  return {
    address: `127.0.0.1:${udp?.port}`,
    txt,
    asked,
    close: () => server.close(),
  }
}
