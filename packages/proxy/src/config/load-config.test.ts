import { describe, expect, it } from 'vitest'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { loadConfig, type Surroundings } from './load-config.ts'

interface World {
  readonly environment?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly cores?: number
}

function surroundings({ environment = {}, files = {}, cores = 2 }: World): Surroundings {
  const readText = (path: string): string => {
    if (path in files) return files[path]
    throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
  }
  return { environment, folder: '/srv/sip', readText, cores }
}

function configOf(args: readonly string[], world: World = {}): Config {
  const request = loadConfig(args, surroundings(world))
  if (request.kind !== 'run') throw new Error(`asked for ${request.kind}`)
  return request.config
}

function refusal(args: readonly string[], world: World = {}): string {
  try {
    loadConfig(args, surroundings(world))
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).exitCode).toBe(2)
    return (error as ConfigError).message
  }
  throw new Error('it was accepted')
}

function file(text: string): World {
  return { files: { '/srv/sip/signalbox.toml': text } }
}

describe('SIP threads', () => {
  it('are as many as asked for', () => {
    expect(configOf(['--workers', '32']).workers).toBe(32)
  })

  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
    [7, 3],
    [64, 4],
  ])('with %i cores are %i unless asked for', (cores, workers) => {
    expect(configOf([], { cores }).workers).toBe(workers)
  })

  it('are one on a port that only the first of them would know', () => {
    expect(configOf(['--listen', 'udp:127.0.0.1:0'], { cores: 64 }).workers).toBe(1)
  })
})

describe('defaults', () => {
  it('are those of the help', () => {
    const { origins, ...config } = configOf([])
    expect(config).toEqual({
      listen: [
        { transport: 'udp', host: '127.0.0.1', port: 5060 },
        { transport: 'tcp', host: '127.0.0.1', port: 5060 },
      ],
      gateways: [],
      dnsServers: [],
      script: null,
      http: { host: '127.0.0.1', port: 8060 },
      dataDir: '/srv/sip/.signalbox',
      controlSocket: '/srv/sip/.signalbox/control.sock',
      workers: 1,
      registrationSync: 'second',
      logLevel: 2,
      demo: false,
      engineOnly: false,
      shutdownTimeoutMs: 5000,
      tm: {},
      core: {},
      warnings: [],
      configFile: null,
    })
    expect(new Set(Object.values(origins).map((origin) => origin.layer))).toEqual(new Set(['default']))
  })
})

describe('flags', () => {
  it('repeat where that is meant, and replace the default', () => {
    const { listen, gateways } = configOf(
      ['--listen udp:0.0.0.0:5060', '--listen=tcp:[2001:db8::1]:0', '--listen UDP:sip.example.org:5070']
        .concat('--gateway sip:192.0.2.1:5080', '--gateway sip:[2001:db8::2];transport=TCP')
        .flatMap((flag) => flag.split(' ')),
    )
    expect(listen).toEqual([
      { transport: 'udp', host: '0.0.0.0', port: 5060 },
      { transport: 'tcp', host: '2001:db8::1', port: 0 },
      { transport: 'udp', host: 'sip.example.org', port: 5070 },
    ])
    expect(gateways).toEqual([
      { uri: 'sip:192.0.2.1:5080', host: '192.0.2.1', port: 5080, transport: 'udp' },
      { uri: 'sip:[2001:db8::2]:5060;transport=tcp', host: '2001:db8::2', port: 5060, transport: 'tcp' },
    ])
  })

  it('given twice: the last one counts', () => {
    expect(configOf(['--http', '127.0.0.1:8060', '--http', 'none']).http).toBeNull()
  })

  it('switches need no value', () => {
    expect(configOf(['--demo', '--engine-only=false'])).toMatchObject({ demo: true, engineOnly: false })
    expect(configOf(['--demo=no', '--engine-only=Yes'])).toMatchObject({ demo: false, engineOnly: true })
  })

  it('levels have names and numbers', () => {
    expect(configOf(['--log-level', 'debug']).logLevel).toBe(4)
    expect(configOf(['--log-level', '-3']).logLevel).toBe(-3)
  })

  it('paths start from the folder of the process', () => {
    expect(configOf(['--script', 'routes.js', '--data-dir', '/var/lib/signalbox'])).toMatchObject({
      script: '/srv/sip/routes.js',
      dataDir: '/var/lib/signalbox',
    })
  })

  it.each([['--help'], ['-h']])('%s asks for help, whatever else is there', (flag) => {
    expect(loadConfig(['--bogus', flag], surroundings({}))).toEqual({ kind: 'help' })
  })

  it('--version asks for the version', () => {
    expect(loadConfig(['--version'], surroundings({}))).toEqual({ kind: 'version' })
  })
})

describe('layers', () => {
  const world = {
    environment: { SIGNALBOX_LOG_LEVEL: 'info', SIGNALBOX_LISTEN: 'udp:127.0.0.1:1, tcp:[::1]:2', SIGNALBOX_WORKERS: '' },
    ...file('log-level = "debug"\nworkers = 1\ndata-dir = "state"\n'),
  }

  it('flag goes before environment, environment before file, file before default', () => {
    expect(configOf([], world)).toMatchObject({ logLevel: 3, workers: 1, dataDir: '/srv/sip/state' })
    expect(configOf(['--log-level', 'error'], world).logLevel).toBe(0)
  })

  it('lists are separated by commas in the environment', () => {
    expect(configOf([], world).listen).toEqual([
      { transport: 'udp', host: '127.0.0.1', port: 1 },
      { transport: 'tcp', host: '::1', port: 2 },
    ])
  })

  it('the layer that won is kept', () => {
    const { origins, configFile } = configOf(['--http', 'none'], world)
    expect(origins.http).toEqual({ layer: 'flag', place: '--http' })
    expect(origins.listen).toEqual({ layer: 'environment', place: 'SIGNALBOX_LISTEN' })
    expect(origins.workers).toEqual({ layer: 'file', place: 'signalbox.toml:2' })
    expect(origins.demo).toEqual({ layer: 'default', place: 'default' })
    expect(configFile).toBe('/srv/sip/signalbox.toml')
  })

  it('paths in a file start from the folder of that file', () => {
    const files = { '/etc/signalbox/edge.toml': 'script = "routes.js"\n[tm]\nfr_timer = 5000\nauto_inv_100 = false\n' }
    expect(configOf(['--config', '/etc/signalbox/edge.toml'], { files })).toMatchObject({
      script: '/etc/signalbox/routes.js',
      tm: { fr_timer: 5000, auto_inv_100: 0 },
    })
  })

  it('a [core] table sets DNS, failover and blocklist by their Kamailio names', () => {
    const files = { '/etc/edge.toml': '[core]\nuse_dns_failover = true\ndns_try_naptr = "yes"\ndns_cache_max_ttl = 300\n' }
    expect(configOf(['--config', '/etc/edge.toml'], { files }).core).toEqual({
      use_dns_failover: 1,
      dns_try_naptr: 1,
      dns_cache_max_ttl: 300,
    })
  })

  it.each([
    ['use_dns_failovr = 1', "core has no parameter 'use_dns_failovr'; did you mean 'use_dns_failover'?"],
    ['dns_cache_negative_ttl = -1', "core parameter 'dns_cache_negative_ttl' must be an integer from 0 to 2147483647 (s), not '-1'"],
    ['dns_srv_lb = "maybe"', "core parameter 'dns_srv_lb' must be an integer from 0 to 1, not 'maybe'"],
  ])('[core] refuses %s', (line, reason) => {
    const files = { '/etc/edge.toml': `[core]\n${line}\n` }
    expect(() => configOf(['--config', '/etc/edge.toml'], { files })).toThrow(`edge.toml:2: ${reason}`)
  })
})

describe('refusals say where, what and what to do, on one line', () => {
  const listen = 'write PROTO:HOST:PORT, for example udp:127.0.0.1:5060 or tcp:[::1]:5060'
  it.each([
    [['--lisen', 'x'], 'unknown flag --lisen; did you mean --listen? --help lists all flags'],
    [['-x'], 'unknown flag -x; --help lists all flags'],
    [['start'], 'unexpected argument start; --help lists all flags'],
    [['--listen'], 'write --listen PROTO:HOST:PORT'],
    [['--data-dir', '--demo'], '--data-dir needs a value; write --data-dir DIR'],
    [['--listen', 'udp:127.0.0.1'], `--listen udp:127.0.0.1 has no port; ${listen}`],
    [['--listen', 'udp::5060'], `--listen udp::5060 has no host; ${listen}`],
    [['--listen', 'udp:::1:5060'], `--listen udp:::1:5060 needs brackets around its IPv6 address; ${listen}`],
    [['--listen', 'udp:[::1:5060'], `--listen udp:[::1:5060 has misplaced brackets; ${listen}`],
    [['--listen', 'udp:[::g]:5060'], `--listen udp:[::g]:5060 has no IPv6 address inside of its brackets; ${listen}`],
    [['--listen', 'udp:127.0.0.256:5060'], `--listen udp:127.0.0.256:5060 has the impossible host '127.0.0.256'; ${listen}`],
    [['--listen', 'udp:127.0.0.1:99999'], `--listen udp:127.0.0.1:99999 has the impossible port '99999'; ${listen}`],
    [['--listen', 'tls:127.0.0.1:5061'], '--listen tls:127.0.0.1:5061 asks for tls, which is not served yet; use udp or tcp'],
    [['--listen', '127.0.0.1:5060'], `--listen 127.0.0.1:5060 starts with no known transport; ${listen}`],
    [['--listen', 'udp:a:1', '--listen', 'udp:a:1'], '--listen udp:a:1 is given twice; remove one'],
    [['--gateway', 'sips:example.org'], '--gateway sips:example.org asks for TLS, which is not served yet; use sip: with transport=tcp'],
    [['--gateway', 'example.org'], '--gateway example.org is no SIP URI'],
    [['--gateway', 'sip:bob@example.org'], 'has a user part, but a gateway is a host'],
    [['--gateway', 'sip:example.org;lr'], "has the parameter 'lr', but only transport may be given"],
    [['--dns-server', 'ns.example'], '--dns-server ns.example has a name, which nobody could look up yet; write ADDRESS or ADDRESS:PORT'],
    [['--dns-server', '192.0.2.53:0'], '--dns-server 192.0.2.53:0 has port 0, where nobody listens'],
    [['--http', '8060'], '--http 8060 has'],
    [['--workers', '0'], '--workers 0 is no whole number from 1 to 32'],
    [['--workers', '2', '--listen', 'udp:[::1]:0'], '--workers 2 cannot be more than 1 with --listen on port 0; give a port'],
    [['--log-level', 'loud'], '--log-level loud is no log level'],
    [['--demo=maybe'], '--demo maybe is neither true nor false; write true, yes, on or 1, or false, no, off or 0'],
    [['--script', ''], '--script is empty; give a path'],
    [['--config', 'none.toml'], '--config none.toml: there is no such file; give a readable TOML file'],
    [['--data-dir', `/${'d'.repeat(100)}`], 'is too long a path for a unix socket'],
  ])('%j', (args, reason) => {
    const message = refusal(args)
    expect(message).toContain(reason)
    expect(message).not.toContain('\n')
  })

  it('in the environment', () => {
    const environment = { SIGNALBOX_LISTEN: 'udp:127.0.0.1:5060,udp' }
    expect(refusal([], { environment })).toBe(`SIGNALBOX_LISTEN=udp has no port; ${listen}`)
    expect(refusal([], { environment: { SIGNALBOX_LISTN: 'x' } })).toBe(
      'unknown environment variable SIGNALBOX_LISTN; did you mean SIGNALBOX_LISTEN?',
    )
    expect(configOf([], { environment: { SIGNALBOX_TOKEN: 'x', SIGNALBOX_API: 'y' } }).workers).toBe(1)
  })

  it.each([
    ['# one\nlisten = [\n  "udp:127.0.0.1:5060",\n  "udp",\n]\n', `signalbox.toml:4: listen "udp" has no port; ${listen}`],
    ['workers = "two"\n', "signalbox.toml:1: 'workers' must be a number"],
    ['demo = 1\n', "signalbox.toml:1: 'demo' must be true or false"],
    ['script = 1\n', "signalbox.toml:1: 'script' must be a text in quotes"],
    ['listen = [1]\n', '\'listen\' must be a list of texts like ["PROTO:HOST:PORT"]'],
    ['\n\nlog_level = "info"\n', "signalbox.toml:3: unknown key 'log_level'; did you mean 'log-level'?"],
    ['config = "x"\n', "signalbox.toml:1: unknown key 'config'"],
    ['demo = true\nhttp = \n', 'signalbox.toml:2: not valid TOML, '],
    ['[tm]\nwt_timer = 1\nfr_timr = 1\n', "signalbox.toml:3: tm has no parameter 'fr_timr'; did you mean 'fr_timer'?"],
    ['[tm]\nfr_timer = -1\n', "signalbox.toml:2: tm parameter 'fr_timer' must be an integer from 0"],
    ['[tm]\nfr_timer = [1]\n', "signalbox.toml:2: 'fr_timer' must be a number or a text"],
    ['tm = 1\n', "signalbox.toml:1: 'tm' must be a table"],
    ['[tm]\nfr_timeut = 30\n', "signalbox.toml:2: tm has no parameter 'fr_timeut'; did you mean 'fr_timeout'?"],
    ['[tm]\ndelete_timr = 1\n', "signalbox.toml:2: tm has no parameter 'delete_timr'; did you mean 'delete_timer'?"],
    [
      '[tm]\nwt_timer = 1\ncontacts_avp = "c"\n',
      "signalbox.toml:3: tm parameters 'contacts_avp' and 'contact_flows_avp' need each other: set both or neither",
    ],
    ['[tm]\ncontact_flows_avp = "f"\n', "signalbox.toml:2: tm parameters 'contacts_avp' and 'contact_flows_avp' need each other"],
    ['[tm]\nfr_timeout = -1\n', "signalbox.toml:2: 'fr_timeout' stands for 'fr_timer': tm parameter 'fr_timer' must be an integer from 0"],
    [
      '[tm]\nT1_timer = 70000\n',
      "signalbox.toml:2: 'T1_timer' stands for 'retr_timer1': tm parameter 'retr_timer1' must be an integer from 0 to 65535 (ms)",
    ],
    ['[tm]\nfr_timer = 5000\nfr_timeout = 5\n', "signalbox.toml:3: 'fr_timer' is given twice, under two names; remove one"],
  ])('in the file %j', (text, reason) => {
    const message = refusal([], file(text))
    expect(message).toContain(reason)
    expect(message).not.toContain('\n')
  })
})

describe('names of OpenSIPS in [tm], tm-reference 2.7', () => {
  it('mean the same parameters, times in seconds become milliseconds', () => {
    const names =
      'fr_timeout = 4\nfr_inv_timeout = "20"\nT1_timer = 400\nT2_timer = 3000\nauto_100trying = false\ndisable_503_translation = 1\nlocal_request_route = "own"\n'
    const { tm, warnings } = configOf([], file(`[tm]\n${names}wt_timer = 5000\nruri_matching = 0\n`))
    expect(tm).toEqual({
      fr_timer: 4000,
      fr_inv_timer: 20_000,
      retr_timer1: 400,
      retr_timer2: 3000,
      auto_inv_100: 0,
      remap_503_500: 0,
      event_callback: 'own',
      wt_timer: 5000,
      ruri_matching: 0,
    })
    expect(warnings).toEqual([])
  })

  it('that mean nothing here are accepted with a warning that names the line', () => {
    const { tm, warnings } = configOf(
      [],
      file(
        '[tm]\nfr_timer = 5000\ndelete_timer = 2\nfr_timer_avp = "$avp(i:24)"\nfr_inv_timer_avp = "$avp(x)"\nenable_stats = 1\ncluster_param = "cid"\n',
      ),
    )
    expect(tm).toEqual({ fr_timer: 5000 })
    expect(warnings).toHaveLength(5)
    expect(warnings[0]).toBe("signalbox.toml:3: tm parameter 'delete_timer' is ignored: transactions are freed when wt_timer ends")
    expect(warnings[1]).toContain("signalbox.toml:4: tm parameter 'fr_timer_avp' is ignored")
  })
})
