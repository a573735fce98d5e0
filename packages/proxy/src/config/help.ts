import { environmentName, options, type Option } from './options.ts'
import { VERSION } from './version.ts'

const WIDTH = 100
const INDENT = '      '

const EXAMPLES = `  signalbox --demo                                        watch calls without any SIP gear
  signalbox --listen udp:192.0.2.10:5060                  open SIP to your network
  signalbox --gateway 'sip:192.0.2.1:5060;transport=tcp'  send unknown numbers to a trunk
  signalbox --script routes.js --log-level info           route by your own script`

const FILE_EXAMPLE = `  listen = ["udp:192.0.2.10:5060", "tcp:192.0.2.10:5060"]
  gateway = ["sip:192.0.2.1:5060"]
  log-level = "info"

  [tm]
  fr_timer = 5000`

/** The text of --help. `strong` marks headings, for terminals. */
export function helpText(strong: (text: string) => string = String): string {
  const sections = [...new Set(options.map((option) => option.section))]
  const parts = [
    `Signalbox ${VERSION}: a SIP proxy with its control plane and web console.`,
    `${strong('Usage')}\n  signalbox [OPTIONS]\n  npm start -- [OPTIONS]        the same, in a clone`,
    ...sections.map(
      (section) =>
        `${strong(section)}\n${options
          .filter((option) => option.section === section)
          .map(entry)
          .join('\n')}`,
    ),
    `${strong('Help')}\n  --version\n${INDENT}Print the version.\n  --help\n${INDENT}Print this.`,
    `${strong('Environment')}\n${environmentText()}`,
    `${strong('Configuration file')} (TOML; the same keys)\n${FILE_EXAMPLE}`,
    `${strong('Switches')}\n  --demo and --engine-only are off unless given. With a value they can be\n  taken back: --demo=no. Values are true, yes, on and 1, or false, no, off and 0.`,
    `${strong('What wins')}\n  flag, then environment variable, then configuration file, then default.`,
    `${strong('Exit code')}\n  0 stopped as asked, 1 failed, 2 bad arguments or configuration.`,
    `${strong('Examples')}\n${EXAMPLES}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function entry(option: Option): string {
  const value = option.value === '' ? '' : ` ${option.value}`
  const repeat = option.repeatable === true ? '   (repeatable)' : ''
  return [`  --${option.key}${value}${repeat}`, ...wrap(`${option.help}${defaultText(option)}`)].join('\n')
}

function defaultText(option: Option): string {
  if (option.value === '') return ''
  return ` Default: ${option.initialText ?? option.initial.join(' and ')}.`
}

function wrap(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(`${INDENT}${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

function environmentText(): string {
  const names = options.map((option) => environmentName(option.key)).join(', ')
  const text = `Every flag has its variable, lists separated by commas: ${names}.`
  return wrap(text)
    .map((line) => line.slice(INDENT.length - 2))
    .join('\n')
}
