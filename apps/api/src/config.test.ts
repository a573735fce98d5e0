import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const TOKEN = 'a-token-of-enough-length'

describe('readConfig', () => {
  it('binds to loopback without a token by default', () => {
    expect(readConfig([], {})).toEqual({
      engineSocket: '.signalbox/control.sock',
      host: '127.0.0.1',
      port: 8060,
      token: null,
      webDist: null,
    })
  })

  it('takes arguments before the environment', () => {
    const environment = {
      SIGNALBOX_HTTP: '127.0.0.1:1',
      SIGNALBOX_TOKEN: TOKEN,
      SIGNALBOX_ENGINE_SOCKET: '/e.sock',
      SIGNALBOX_WEB_DIST: '',
    }
    expect(readConfig(['--http', '[::1]:8061', '--web-dist', '/dist'], environment)).toEqual({
      engineSocket: '/e.sock',
      host: '::1',
      port: 8061,
      token: TOKEN,
      webDist: '/dist',
    })
  })

  it.each(['0.0.0.0:8060', '[::]:8060', '192.0.2.1:8060', 'proxy.example.com:80'])('MUST refuse %s without a token', (http) => {
    expect(() => readConfig(['--http', http], {})).toThrow(/open to the network: give a token/)
    expect(readConfig(['--http', http, '--token', TOKEN], {}).token).toBe(TOKEN)
  })

  it.each(['127.0.0.1:1', '127.9.9.9:1', 'localhost:1', '[::1]:1'])('takes %s for loopback', (http) => {
    expect(readConfig(['--http', http], {}).token).toBeNull()
  })

  it.each([
    ['--http', '8060'],
    ['--http', '127.0.0.1:65536'],
    ['--http', '::1:8060'],
    ['--token', 'short'],
    ['--token', 'has spaces and more of them'],
    ['--unknown', 'x'],
    ['positional'],
    ['--http'],
  ])('refuses %s %s in one line', (...args) => {
    let message = ''
    try {
      readConfig(args, {})
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      message = (error as Error).message
    }
    expect(message).toMatch(/^[^\n]{10,300}$/)
  })
})
