import type { CommandMessage, CommandReply } from '../control/worker-messages.ts'

/** Carries out one command; a CommandRefusal goes back to the caller as it is. */
export type Command = (params: readonly unknown[]) => unknown

/** Why a command was not carried out: code and text of the JSON-RPC answer. */
export class CommandRefusal extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.name = 'CommandRefusal'
    this.code = code
  }
}

const METHOD_NOT_FOUND = -32601
const INTERNAL_ERROR = -32603

/** The commands of the control thread, answered through `post`. */
export class CommandTable {
  readonly #commands: ReadonlyMap<string, Command>
  readonly #post: (reply: CommandReply) => void

  constructor(commands: Readonly<Record<string, Command>>, post: (reply: CommandReply) => void) {
    this.#commands = new Map(Object.entries(commands))
    this.#post = post
  }

  /** Never throws; a command that answers later holds up nothing. */
  run(message: CommandMessage): void {
    const { id, method } = message
    try {
      const command = this.#commands.get(method)
      if (command === undefined) throw new CommandRefusal(METHOD_NOT_FOUND, `The SIP thread knows no command ${method}`)
      const result = command(Array.isArray(message.params) ? (message.params as readonly unknown[]) : [])
      if (result instanceof Promise) result.then((value: unknown) => this.#post({ id, result: value }), this.#failer(id))
      else this.#post({ id, result })
    } catch (error) {
      this.#failer(id)(error)
    }
  }

  #failer(id: number): (error: unknown) => void {
    return (error) => {
      const code = error instanceof CommandRefusal ? error.code : INTERNAL_ERROR
      this.#post({ id, error: { code, message: error instanceof Error ? error.message : String(error) } })
    }
  }
}
