import { beforeEach, describe, expect, it } from 'vitest'
import { ByteWriter } from '@signalbox/sip'
import { invite, ScriptWorld } from '../../../test/script/script-world.ts'

let world: ScriptWorld

beforeEach(() => {
  world = new ScriptWorld({ gateways: ['sip:10.0.0.8', 'sip:10.0.0.9;transport=tcp'] })
  world.receive(invite())
})

/** The message as it would leave, without what forwarding adds. */
function forwarded(): string {
  const { message, edits } = world.m
  const out = new ByteWriter(8192)
  edits.apply(message, message.start, message.end, out)
  return new TextDecoder().decode(out.bytes.subarray(0, out.at))
}

/** What KEMI examples call (script-reference 3.2), of the modules that are there. */
const usedByExamples = `
  dbg info warn err setflag isflagset setbflag isbflagset force_rport set_reply_no_connect is_INVITE is_ACK is_BYE is_CANCEL is_REGISTER
  is_OPTIONS is_NOTIFY is_method_in is_myself_ruri is_myself_furi is_myself_srcip isdsturiset set_drop hdr.remove hdr.append hdr.append_hf
  pv.get pv.gete pv.getw pv.seti pv.sets pv.is_null x.exit x.drop tm.t_relay tm.t_check_trans tm.t_newtran tm.t_on_branch tm.t_on_reply
  tm.t_on_failure tm.t_is_set tm.t_is_canceled tm.t_get_branch_index tmx.t_precheck_trans tmx.t_is_branch_route sl.sl_send_reply
  sl.send_reply sl.sl_reply_error rr.record_route rr.loose_route rr.check_route_param rr.add_rr_param siputils.has_totag
  siputils.is_request siputils.is_reply siputils.is_first_hop registrar.save registrar.lookup kx.get_srcip kx.get_srcport kx.get_method
  kx.get_furi kx.get_ruri kx.gete_ua kx.gete_fhost kx.gets_status kx.get_status corex.has_ruri_user corex.has_user_agent
  maxfwd.process_maxfwd sanity.sanity_check nathelper.nat_uac_test nathelper.fix_nated_register nathelper.set_contact_alias
  nathelper.handle_ruri_alias`

describe('KSR', () => {
  it.each(usedByExamples.trim().split(/\s+/))('has %s', (name) => {
    expect(world.run(`return typeof KSR.${name}`)).toBe('function')
  })
})

/** INT functions return numbers, BOOL ones booleans, XVAL ones text, number or null (script-reference 3.1). */
describe('return values', () => {
  it.each<readonly [call: string, value: unknown]>([
    ['is_INVITE()', true],
    ['is_ACK()', false],
    ['is_method("INVITE|ACK")', true],
    ['is_method_in("IABC")', true],
    ['is_method_in("RP")', false],
    ['is_myself_ruri()', true],
    ['is_myself_furi()', false],
    ['is_myself_turi()', true],
    ['is_myself_srcip()', true],
    ['is_myself_suri()', false],
    ['is_myself("127.0.0.1:5060")', true],
    ['is_myself("sip:x@127.0.0.1:5061")', false],
    ['is_myself_duri()', false],
    ['is_myself_nhuri()', true],
    ['setflag(5)', true],
    ['setflag(32)', false],
    ['isflagset(5)', false],
    ['isdsturiset()', false],
    ['setdsturi("sip:a")', true],
    ['force_rport()', true],
    ['set_reply_no_connect()', true],
    ['is_UDP()', true],
    ['is_TCP()', false],
    ['is_proto("UT")', true],
    ['is_IPv4()', true],
    ['is_src_port(5070)', true],
    ['info("text")', null],
    ['set_drop()', null],
    ['siputils.has_totag()', -1],
    ['siputils.is_request()', 1],
    ['siputils.is_reply()', -1],
    ['siputils.is_first_hop()', 1],
    ['siputils.is_uri("sip:a@b")', 1],
    ['siputils.is_uri("nonsense")', -1],
    ['siputils.is_user("alice")', -1],
    ['siputils.is_tel_number("+4912")', 1],
    ['siputils.is_numeric("12a")', -1],
    ['siputils.cmp_uri("sip:%61@H", "sip:a@h")', 1],
    ['siputils.cmp_aor("sip:a@h;x=1", "sip:a@H:5070")', 1],
    ['siputils.options_reply()', -1],
    ['hdr.is_present("contact")', 1],
    ['hdr.is_present("m")', 1],
    ['hdr.is_present("X-None")', -1],
    ['hdr.get("User-Agent")', 'bench/1.0'],
    ['hdr.get("X-None")', null],
    ['hdr.gete("X-None")', ''],
    ['hdr.getw("X-None")', '<null>'],
    ['hdr.get_idx("Via", -1)', 'SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa1'],
    ['hdr.append("X-A: 1")', 1],
    ['textops.is_present_hf("Via")', 1],
    ['textops.remove_hf("Via")', 1],
    ['textops.remove_hf("X-None")', -1],
    ['textops.is_present_hf_re("^user-")', 1],
    ['textops.has_body()', 1],
    ['textops.has_body_type("application/sdp")', -1],
    ['textops.search("call-1@")', 1],
    ['textops.search_body("^v=0")', 1],
    ['textops.search_hf("From", "alice", "a")', 1],
    ['textops.starts_with("abc", "ab")', 1],
    ['textops.in_list("b", "a,b,c", ",")', 1],
    ['textops.in_list_prefix("+4912", "+44,+49", ",")', 1],
    ['textops.cmp_istr("A", "a")', 1],
    ['textops.str_find("abc", "x")', -1],
    ['kx.get_ruri()', 'sip:bob@127.0.0.1:5060'],
    ['kx.get_ruser()', 'bob'],
    ['kx.get_furi()', 'sip:alice@example.com'],
    ['kx.gete_fhost()', 'example.com'],
    ['kx.get_tuser()', 'bob'],
    ['kx.get_duri()', null],
    ['kx.getw_duri()', '<null>'],
    ['kx.gete_ua()', 'bench/1.0'],
    ['kx.get_srcip()', '127.0.0.1'],
    ['kx.get_srcport()', 5070],
    ['kx.get_rcvport()', 5060],
    ['kx.get_rcvadvip()', '127.0.0.1'],
    ['kx.get_rcvadvport()', 5060],
    ['kx.get_srcaddr_sock()', 'udp:127.0.0.1:5070'],
    ['kx.get_cturi()', 'sip:alice@127.0.0.1:5070'],
    ['kx.get_proto()', 'udp'],
    ['kx.get_method()', 'INVITE'],
    ['kx.get_status()', -1],
    ['kx.gets_status()', null],
    ['kx.get_callid()', 'call-1@127.0.0.1'],
    ['kx.get_bodylen()', 5],
    ['kx.get_msgtype()', 1],
    ['kx.get_au()', null],
    ['corex.has_ruri_user()', 1],
    ['corex.has_user_agent()', 1],
    ['corex.append_branch_uri_q("sip:x@y", "0.5")', 1],
    ['maxfwd.process_maxfwd(70)', 1],
    ['maxfwd.is_maxfwd_lt(71)', 1],
    ['sanity.sanity_check(17895, 7)', 1],
    ['sanity.sanity_check_defaults()', 1],
    ['rr.loose_route()', -1],
    ['rr.record_route()', 1],
    ['rr.add_rr_param(";nat=yes")', 1],
    ['rr.check_route_param("nat=yes")', -1],
    ['rr.is_direction("downstream")', -1],
    ['registrar.save("location", 0)', -1],
    ['registrar.lookup("location")', -1],
    ['registrar.registered("location")', -1],
    ['registrar.reg_from_user("location", "sip:alice@example.com", 0)', -1],
    ['registrar.unregister("location", "sip:alice@example.com")', -1],
    ['nathelper.nat_uac_test(19)', -1],
    ['nathelper.nat_uac_test(128)', -1],
    ['nathelper.handle_ruri_alias()', 2],
    ['nathelper.is_rfc1918("192.168.1.1")', 1],
    ['nathelper.is_rfc1918("172.32.0.1")', -1],
    ['tm.t_relay()', 1],
    ['tm.t_is_set("branch_route")', 1],
    ['tm.t_exists()', -1],
    ['tmx.t_precheck_trans()', 1],
    ['tmx.t_is_branch_route()', -1],
    ['tmx.t_is_request_route()', 1],
    ['sl.send_reply(404, "Not Found")', 1],
    ['xlog.xinfo("$rm")', 1],
    ['signalbox.gateways()', ['sip:10.0.0.8', 'sip:10.0.0.9;transport=tcp']],
  ])('%s gives %j', (call, value) => {
    expect(world.run(`return KSR.${call}`)).toEqual(value)
  })

  it('hands numbers of the transaction layer through as they are', () => {
    for (const [name, result] of [
      ['relay', -478],
      ['checkTransaction', 0],
      ['newTransaction', -10],
    ] as const)
      world.results[name] = result
    expect(world.run(`return [KSR.tm.t_relay(), KSR.tm.t_check_trans(), KSR.tm.t_newtran()]`)).toEqual([-478, 0, -10])
    world.calls.length = 0
    world.run(
      `KSR.tm.t_relay_to_proxy_flags('tcp:10.0.0.5:5080', 3); KSR.tm.t_relay_to_proto('tcp'); KSR.tm.t_relay_to_proto_addr('tls', '::1', 0)`,
    )
    expect(world.calls).toEqual([
      ['relay', 3, 'tcp:10.0.0.5:5080'],
      ['relay', 0, 'tcp:127.0.0.1:5060'],
      ['relay', 0, 'tls:[::1]'],
    ])
  })
})

describe('changes of the message', () => {
  it('hdr appends, inserts and removes whole lines', () => {
    world.run(
      `KSR.hdr.append('X-End: 1\\r\\n'); KSR.hdr.insert('X-Start: 2'); KSR.hdr.remove('User-Agent'); KSR.hdr.append_after('X-After: 3', 'From')`,
    )
    const lines = forwarded().split('\r\n')
    expect(lines[1]).toBe('X-Start: 2')
    expect(lines[lines.findIndex((line) => line.startsWith('From')) + 1]).toBe('X-After: 3')
    expect(lines).not.toContain('User-Agent: bench/1.0')
    expect(lines[lines.indexOf('') - 1]).toBe('X-End: 1')
  })

  it('maxfwd counts down once, adds what is missing and stops at 0, RFC 3261 16.6 step 3', () => {
    world.run(`KSR.maxfwd.process_maxfwd(70); KSR.maxfwd.process_maxfwd(70)`)
    expect(forwarded()).toContain('Max-Forwards: 69\r\n')
    world.receive(invite().replace('Max-Forwards: 70\n', ''))
    expect(world.run(`return KSR.maxfwd.process_maxfwd(70)`)).toBe(2)
    expect(forwarded()).toContain('Max-Forwards: 70\r\n')
    world.receive(invite().replace('Max-Forwards: 70', 'Max-Forwards: 0'))
    expect(world.run(`return KSR.maxfwd.process_maxfwd(70)`)).toBe(-1)
  })

  it('rewrites parts of the Request-URI', () => {
    const after = (statement: string): unknown =>
      world.run(`KSR.seturi('sip:bob@127.0.0.1:5060;transport=tcp?h=v'); ${statement}; return KSR.pv.get('$ru')`)
    expect(after(`KSR.setuser('carol')`)).toBe('sip:carol@127.0.0.1:5060;transport=tcp?h=v')
    expect(after(`KSR.sethost('example.com')`)).toBe('sip:bob@example.com;transport=tcp?h=v')
    expect(after(`KSR.pv.sets('$rd', 'example.com')`)).toBe('sip:bob@example.com:5060;transport=tcp?h=v')
    expect(after(`KSR.pv.seti('$rp', 5080)`)).toBe('sip:bob@127.0.0.1:5080;transport=tcp?h=v')
    expect(after(`KSR.pv.unset('$rU')`)).toBe('sip:127.0.0.1:5060;transport=tcp?h=v')
    expect(after(`KSR.siputils.uri_param_rm('transport')`)).toBe('sip:bob@127.0.0.1:5060?h=v')
    expect(after(`KSR.siputils.add_uri_param('a=b')`)).toBe('sip:bob@127.0.0.1:5060;transport=tcp;a=b?h=v')
  })

  it('nathelper writes the source into the Contact and finds it again', () => {
    world.receive(invite(), { address: '192.0.2.7', port: 40_000 })
    expect(world.run(`return [KSR.nathelper.nat_uac_test(2), KSR.nathelper.nat_uac_test(16), KSR.nathelper.add_contact_alias()]`)).toEqual([
      1, 1, 1,
    ])
    expect(forwarded()).toContain('Contact: <sip:alice@127.0.0.1:5070;alias=192.0.2.7~40000~1>\r\n')
    world.receive(invite([], 'sip:alice@127.0.0.1:5070;alias=192.0.2.7~40000~2;lr'))
    expect(world.run(`return [KSR.nathelper.handle_ruri_alias(), KSR.pv.get('$ru'), KSR.pv.get('$du')]`)).toEqual([
      1,
      'sip:alice@127.0.0.1:5070;lr',
      'sip:192.0.2.7:40000;transport=tcp',
    ])
    world.receive(invite().replace('<sip:alice@127.0.0.1:5070>', 'sip:alice@127.0.0.1:5070'), { address: '192.0.2.7', port: 40_000 })
    world.run(`KSR.nathelper.set_contact_alias()`)
    expect(forwarded()).toContain('Contact: <sip:alice@127.0.0.1:5070;alias=192.0.2.7~40000~1>\r\n')
    world.receive(invite(), { address: '192.0.2.7', port: 40_000 })
    world.run(`KSR.nathelper.fix_nated_contact()`)
    expect(forwarded()).toContain('Contact: <sip:alice@192.0.2.7:40000>\r\n')
  })

  it('corex appends branches, also of the current Request-URI', () => {
    world.run(`KSR.corex.append_branch(); KSR.seturi('sip:second@h'); KSR.corex.append_branch_uri('sip:third@h')`)
    expect(world.m.targets.map((target) => target.uri)).toEqual(['sip:bob@127.0.0.1:5060', 'sip:third@h'])
  })

  it.each([
    ['uri', 'sip:new@h', 'sip:new@h'],
    ['dst_uri', 'sip:next@h', 'sip:next@h'],
    ['path', '<sip:p@h;lr>', '<sip:p@h;lr>'],
    ['ruid', 'uloc-1', 'uloc-1'],
    ['flags', 5, 5],
    ['q', 500, 500],
  ])('$(branch(%s)[1]) of a target is written and read', (part, value, read) => {
    const set = typeof value === 'number' ? 'seti' : 'sets'
    const body = `KSR.corex.append_branch_uri('sip:a@h'); KSR.corex.append_branch_uri('sip:b@h');
      KSR.pv.${set}('$(branch(${part})[1])', ${JSON.stringify(value)})
      return [KSR.pv.get('$(branch(${part})[1])'), KSR.pv.get('$(branch(uri)[0])')]`
    expect(world.run(body)).toEqual([read, 'sip:a@h'])
  })

  it('$(branch(uri)[n]) of a target that is not there reads as null and is not written', () => {
    expect(
      world.run(`KSR.pv.sets('$(branch(uri)[0])', 'sip:a@h'); return [KSR.pv.get('$(branch(uri)[0])'), KSR.pv.get('$branch(count)')]`),
    ).toEqual([null, 0])
  })

  it('corex.append_branch_uri gives the target next hop and flags of the Request-URI; append_branch takes them away from it', () => {
    world.m.destinationUri = 'sip:next@h'
    world.run(`KSR.setbflag(3); KSR.corex.append_branch_uri('sip:other@h'); KSR.corex.append_branch()`)
    expect(world.m.targets.map(({ destinationUri, flags }) => [destinationUri, flags])).toEqual([
      ['sip:next@h', 8],
      ['sip:next@h', 8],
    ])
    expect([world.m.destinationUri, world.m.branchFlags]).toEqual(['', 0])
  })
})

describe('sanity', () => {
  it.each<readonly [what: string, from: string, to: string, status: number]>([
    ['an unknown scheme in the Request-URI', 'INVITE sip:bob@127.0.0.1:5060', 'INVITE nobodyKnows:thisScheme', 416],
    ['Proxy-Require', 'Max-Forwards', 'Proxy-Require: nobody\nMax-Forwards', 420],
    ['an Expires that is no number', 'Max-Forwards', 'Expires: soon\nMax-Forwards', 400],
    ['an Expires over 32 bits', 'Max-Forwards', 'Expires: 4294967296\nMax-Forwards', 400],
    ['a From that is no URI', '<sip:alice@example.com>', '<sip:alice@@example.com>', 400],
    ['two tags', ';tag=a1', ';tag=a1;tag=a2', 400],
  ])('refuses %s', (_, from, to, status) => {
    world.receive(invite().replace(from, to))
    expect(world.run(`return KSR.sanity.sanity_check_defaults()`)).toBe(-1)
    expect(world.calls.map(([name, code]) => [name, code])).toEqual([['reply', status]])
  })

  it('does not refuse an ACK or CANCEL for its Proxy-Require, RFC 3261 8.2.2.3', () => {
    world.receive(invite(['Proxy-Require: nobody']).replaceAll('INVITE', 'ACK'))
    expect(world.run(`return KSR.sanity.sanity_check_defaults()`)).toBe(1)
  })
})

describe('replies', () => {
  it('go through the transaction when the error came from it', () => {
    world.m.tmError = -478
    world.run(`return KSR.sl.sl_reply_error()`)
    expect(world.calls).toEqual([['reply', 478, 'Unresolvable destination (478/SL)', '']])
    world.calls.length = 0
    world.m.cell = { index: 1, label: 1, recorded: false, suspendedBranch: -1 }
    world.run(`return KSR.sl.sl_reply_error()`)
    expect(world.calls).toEqual([['replyError']])
  })

  it('options_reply says what we accept, and leaves nothing for the next reply', () => {
    world.receive(invite().replaceAll('INVITE', 'OPTIONS'))
    expect(world.run(`return KSR.siputils.options_reply()`)).toBe(1)
    expect(world.calls[0][3]).toContain('Accept: */*\r\n')
    expect(world.m.replyHeaders).toBe('')
  })
})
