import { memo, type ReactNode } from 'react'

/** A raw SIP message with its parts told apart. Long lines wrap; nothing is changed. */
export const SipMessage = memo(function SipMessage({ text }: { readonly text: string }) {
  const [head, body] = split(text)
  const lines = head.split(/\r?\n/)
  return (
    <pre
      tabIndex={0}
      aria-label="Raw message"
      className="overflow-auto px-3 py-2.5 font-mono text-xs leading-[18px] break-all whitespace-pre-wrap"
    >
      {lines.map((line, i) => (
        // Lines of one message never move, so their place is their key.
        <span key={i}>
          {i === 0 ? <StartLine line={line} /> : <HeaderLine line={line} />}
          {'\n'}
        </span>
      ))}
      {body !== '' && (
        <>
          {'\n'}
          {body.split(/\r?\n/).map((line, i) => (
            <span key={i}>
              <BodyLine line={line} />
              {'\n'}
            </span>
          ))}
        </>
      )}
    </pre>
  )
})

function split(text: string): readonly [head: string, body: string] {
  const end = /\r?\n\r?\n/.exec(text)
  return end === null ? [text, ''] : [text.slice(0, end.index), text.slice(end.index + end[0].length)]
}

function StartLine({ line }: { readonly line: string }): ReactNode {
  const reply = /^(SIP\/2\.0)(\s+)(\d{3})(.*)$/i.exec(line)
  if (reply !== null) {
    return (
      <>
        <span className="text-muted">{reply[1]}</span>
        {reply[2]}
        <strong className="font-semibold">
          {reply[3]}
          {reply[4]}
        </strong>
      </>
    )
  }
  const request = /^(\S+)(\s+)(\S+)(.*)$/.exec(line)
  if (request === null) return line
  return (
    <>
      <strong className="font-semibold">{request[1]}</strong>
      {request[2]}
      <span className="text-accent">{request[3]}</span>
      <span className="text-muted">{request[4]}</span>
    </>
  )
}

const VALUE_PARTS = /(<[^>]*>|"(?:[^"\\]|\\.)*"|;[\w-]+=?)/

function HeaderLine({ line }: { readonly line: string }): ReactNode {
  const header = /^([\w-]+)(\s*:\s*)(.*)$/.exec(line)
  if (header === null) return line
  return (
    <>
      <span className="text-timer">{header[1]}</span>
      <span className="text-muted">{header[2]}</span>
      {header[3].split(VALUE_PARTS).map((part, i) => {
        if (part.startsWith('<'))
          return (
            <span key={i} className="text-accent">
              {part}
            </span>
          )
        if (part.startsWith('"'))
          return (
            <span key={i} className="text-good">
              {part}
            </span>
          )
        return part.startsWith(';') ? (
          <span key={i} className="text-muted">
            {part}
          </span>
        ) : (
          part
        )
      })}
    </>
  )
}

function BodyLine({ line }: { readonly line: string }): ReactNode {
  const sdp = /^([a-z])(=)(.*)$/.exec(line)
  if (sdp === null) return line
  return (
    <>
      <span className="text-timer">{sdp[1]}</span>
      <span className="text-muted">=</span>
      {sdp[3]}
    </>
  )
}
