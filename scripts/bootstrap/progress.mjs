const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * Numbered progress lines. On a terminal a step shows a spinner and its seconds; elsewhere a line when it begins and one
 * when it ends.
 *
 * @param {{ stream: NodeJS.WriteStream, steps: number }} options
 */
export function createProgress({ stream, steps }) {
  let number = 0

  return {
    /** Says something between the steps. */
    note(text) {
      stream.write(`${text}\n`)
    },

    /** A step that has nothing to do. */
    skip(text) {
      number += 1
      stream.write(`[${number}/${steps}] ${text}\n`)
    },

    /** Announces a step that another program reports on. */
    begin(text) {
      number += 1
      stream.write(`[${number}/${steps}] ${text} …\n`)
    },

    /** Runs a step. */
    async step(text, work) {
      number += 1
      const label = `[${number}/${steps}] ${text} …`
      const began = Date.now()
      const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`
      const timer = stream.isTTY ? setInterval(draw, 100) : undefined
      if (!timer) stream.write(`${label}\n`)
      let frame = 0
      function draw() {
        frame = (frame + 1) % FRAMES.length
        stream.write(`\r${FRAMES[frame]} ${label} ${seconds()} `)
      }
      try {
        const result = await work()
        finish('done')
        return result
      } catch (error) {
        finish('failed')
        throw error
      }
      function finish(outcome) {
        clearInterval(timer)
        stream.write(`${timer ? '\r\u001b[2K' : ''}${label} ${outcome} (${seconds()})\n`)
      }
    },
  }
}
