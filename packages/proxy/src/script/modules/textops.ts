import type { RoutedMessage } from '../../forward/routed-message.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { patternOf } from '../pattern.ts'
import { headerLines } from './header-lines.ts'

function yes(condition: boolean): number {
  return condition ? 1 : -1
}

/** KSR.textops: looking into the message, and text in general. Regular expressions are JavaScript's, without regard to case. */
export function createTextops(env: KsrEnvironment): KsrModule {
  return ksrModule('textops', { ...searching(env), ...headers(env), ...texts() })
}

function searching(env: KsrEnvironment): KsrModule {
  const body = (): string => {
    const { message } = env.current()
    return message.text(message.bodyStart, message.end)
  }
  return {
    search(pattern: string): number {
      const { message } = env.current()
      return yes(patternOf(textArgument(pattern, 'textops.search')).test(message.text(message.start, message.end)))
    },
    search_body: (pattern: string) => yes(patternOf(textArgument(pattern, 'textops.search_body')).test(body())),
    /** `which`: `a` all lines of the header, `f` the first, `l` the last. */
    search_hf(name: string, pattern: string, which: string): number {
      const { message } = env.current()
      const lines = headerLines(message, textArgument(name, 'textops.search_hf'))
      const asked = which === 'f' ? lines.slice(0, 1) : which === 'l' ? lines.slice(-1) : lines
      const expression = patternOf(textArgument(pattern, 'textops.search_hf'))
      return yes(asked.some((line) => expression.test(message.text(message.valueStart[line], message.valueEnd[line]))))
    },
    has_body: () => yes(hasBody(env.current())),
    has_body_type(type: string): number {
      const m = env.current()
      const actual = (m.message.header('Content-Type') ?? '').split(';')[0].trim().toLowerCase()
      return yes(hasBody(m) && actual === textArgument(type, 'textops.has_body_type').toLowerCase())
    },
  }
}

function hasBody({ message }: RoutedMessage): boolean {
  return message.end > message.bodyStart
}

function headers(env: KsrEnvironment): KsrModule {
  /** Removes whole lines; a negative index counts from the last one. */
  const removeLines = (lines: readonly number[]): number => {
    const m = env.current()
    for (const line of lines) m.edits.remove(m.message.lineStart[line], m.message.lineEnd[line])
    return yes(lines.length > 0)
  }
  const matching = (pattern: string): readonly number[] => {
    const { message } = env.current()
    const expression = patternOf(pattern)
    const lines: number[] = []
    for (let line = 0; line < message.headerCount; line++) {
      if (expression.test(message.text(message.lineStart[line], message.nameEnd[line]))) lines.push(line)
    }
    return lines
  }
  return {
    is_present_hf: (name: string) => yes(headerLines(env.current().message, textArgument(name, 'textops.is_present_hf')).length > 0),
    is_present_hf_re: (pattern: string) => yes(matching(textArgument(pattern, 'textops.is_present_hf_re')).length > 0),
    remove_hf: (name: string) => removeLines(headerLines(env.current().message, textArgument(name, 'textops.remove_hf'))),
    remove_hf_re: (pattern: string) => removeLines(matching(textArgument(pattern, 'textops.remove_hf_re'))),
    remove_hf_idx(name: string, index: number): number {
      const line = headerLines(env.current().message, textArgument(name, 'textops.remove_hf_idx')).at(
        numberArgument(index, 'textops.remove_hf_idx'),
      )
      return line === undefined ? -1 : removeLines([line])
    },
  }
}

function texts(): KsrModule {
  const text = (value: unknown): string => textArgument(value, 'textops')
  const items = (list: string, separator: string): readonly string[] =>
    text(list)
      .split(text(separator))
      .map((item) => item.trim())
  return {
    cmp_str: (a: string, b: string) => yes(text(a) === text(b)),
    cmp_istr: (a: string, b: string) => yes(text(a).toLowerCase() === text(b).toLowerCase()),
    starts_with: (value: string, prefix: string) => yes(text(value).startsWith(text(prefix))),
    ends_with: (value: string, suffix: string) => yes(text(value).endsWith(text(suffix))),
    search_str: (value: string, pattern: string) => yes(patternOf(text(pattern)).test(text(value))),
    str_find: (value: string, part: string) => yes(text(value).includes(text(part))),
    str_ifind: (value: string, part: string) => yes(text(value).toLowerCase().includes(text(part).toLowerCase())),
    in_list: (item: string, list: string, separator: string) => yes(items(list, separator).includes(text(item))),
    /** Is an item of the list a prefix of `value`? */
    in_list_prefix: (value: string, list: string, separator: string) =>
      yes(items(list, separator).some((item) => item !== '' && text(value).startsWith(item))),
    str_any_in: (characters: string, value: string) => yes([...text(characters)].some((one) => text(value).includes(one))),
    str_all_in: (characters: string, value: string) => yes([...text(characters)].every((one) => text(value).includes(one))),
  }
}
