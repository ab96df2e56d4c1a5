// Our ISO 8583 before two judges who know nothing of it: the npm codec `iso_8583`, in both directions, and Wireshark's
// dissector. TAEL_ISO8583_PIPE is our codec as a filter (iso8583_pipe.cpp).
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import iso8583 from 'iso_8583'

const key = '0123456789abcdeffedcba9876543210'
const ours = (line) => execFileSync(process.env.TAEL_ISO8583_PIPE, { input: line + '\n' }).toString().trim()
const words = (fields) => Object.entries(fields).filter(([de]) => de !== '0').map(([de, value]) => `${de}=${value}`).join(' ')
const encode = (fields, sealedBy = key) => Buffer.from(ours(`encode ascii87 ${sealedBy} ${fields[0]} ${words(fields)}`), 'hex')
const framed = (body) => Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body])

const sale = {
  0: '0200', 2: '6225881234567890', 3: '000000', 4: '000000010050', 7: '1121193000', 11: '000123', 12: '193000', 13: '1121',
  22: '012', 25: '00', 32: '10200000', 37: '112119300012', 41: 'TERM0001', 42: 'MERCHANT0000001', 49: '156',
}
const reversal = {
  0: '0400', 3: '000000', 4: '000000010050', 7: '1121193010', 11: '000124', 12: '193000', 13: '1121', 32: '10200000',
  37: '112119300012', 41: 'TERM0001', 42: 'MERCHANT0000001', 49: '156', 90: '020000012311211930000001020000000000000000',
}
const answer = { 0: '0210', 3: '000000', 4: '000000010050', 11: '000123', 38: 'A1B2C3', 39: '00', 41: 'TERM0001', 49: '156' }
const echo = { 0: '0800', 7: '1121193000', 11: '000125', 70: '301' }
const messages = { sale, reversal, answer, echo }

for (const [name, fields] of Object.entries(messages)) {
  test(`the judge reads our ${name}`, () => {
    const read = new iso8583().getIsoJSON(framed(encode(fields, '-')))
    assert.deepEqual(read, Object.fromEntries(Object.entries(fields)))
  })

  test(`we read the judge's ${name}`, () => {
    const written = new iso8583(fields).getBufferMessage()
    assert.ok(Buffer.isBuffer(written), JSON.stringify(written))
    assert.equal(ours(`decode ascii87 - ${written.subarray(2).toString('hex')}`), `${fields[0]} ${words(fields)} sealed`)
  })
}

test('our MAC stands where the judge looks for it', () => {
  const read = new iso8583().getIsoJSON(framed(encode(sale)))
  assert.ok('5bf7011f98f6cd5d'.startsWith(read[64]) && read[64].length >= 8, read[64])
  assert.equal(read[49], '156')
})

test('a frame whose amount the judge changed is not sealed any more', () => {
  const bytes = encode(sale)
  bytes.write('9', bytes.indexOf('000000010050'))
  assert.match(ours(`decode ascii87 ${key} ${bytes.toString('hex')}`), / not sealed$/)
})

test("Wireshark's dissector reads all our frames, in one TCP stream", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tael-iso8583-'))
  try {
    const dump = Object.values(messages).map((fields) => '000000 ' + framed(encode(fields)).toString('hex').match(/../g).join(' '))
    writeFileSync(join(folder, 'frames.txt'), dump.join('\n') + '\n')
    const run = (tool, ...args) => execFileSync(tool, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString()
    run('text2pcap', '-q', '-T', '40000,9461', 'frames.txt', 'frames.pcap')
    const packets = JSON.parse(run('tshark', '-n', '-r', 'frames.pcap', '-d', 'tcp.port==9461,iso8583', '-T', 'json',
      '-o', 'iso8583.len_endian:Big endian', '-o', 'iso8583.binencode:Bin data not encoded'))
    const read = packets.map((packet) => packet._source.layers.iso8583)
    assert.equal(read.length, Object.keys(messages).length)
    for (const [index, fields] of Object.values(messages).entries()) {
      assert.equal(read[index]['iso8583.mti'], fields[0])
      for (const [de, value] of Object.entries(fields).filter(([each]) => each !== '0'))
        assert.equal(read[index][`iso8583.bit${de}`], value, `DE${de} of ${fields[0]}`)
    }
    assert.ok(read[0]['iso8583.bit64'].startsWith('5BF7011F98F6CD5D'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
