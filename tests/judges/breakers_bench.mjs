// Measures opossum and cockatiel as `tael bench breaker` measures ours: a healthy call that costs nothing, one after the
// other, through one breaker and through three, one inside the other. Prints one line of JSON.
//
//   node breakers_bench.mjs --calls 200000
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { circuitBreaker, handleAll, SamplingBreaker, wrap } from 'cockatiel'
import CircuitBreaker from 'opossum'

const { values } = parseArgs({ options: { calls: { type: 'string', default: '200000' } } })
const calls = Number(values.calls)
const warmUp = 20_000  // Until the compiler has seen enough.

const versionOf = (name) => {
  let folder = dirname(createRequire(import.meta.url).resolve(name))
  for (;; folder = dirname(folder)) {
    try {
      const read = JSON.parse(readFileSync(join(folder, 'package.json')))
      if (read.name === name) return read.version
    } catch {
      if (folder === dirname(folder)) throw new Error(`${name} has no package.json`)
    }
  }
}

const healthy = async () => 'approved'

// Our numbers where they have them: a window of 10 s in ten parts, half bad of at least ten opens. No timer a call.
const opossum = (inside) => {
  const breaker = new CircuitBreaker(inside, { timeout: false, rollingCountTimeout: 10_000, rollingCountBuckets: 10,
    errorThresholdPercentage: 50, volumeThreshold: 10, resetTimeout: 5_000, rollingPercentilesEnabled: false })
  return { call: () => breaker.fire(), end: () => breaker.shutdown() }
}
const opossums = (levels) => {
  const all = []
  let inside = healthy
  for (let i = 0; i < levels; ++i) {
    const level = opossum(inside)
    all.push(level)
    inside = level.call
  }
  return { call: inside, end: () => all.forEach((level) => level.end()) }
}
const cockatiels = (levels) => {
  const sampling = () => new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 1 })
  const one = () => circuitBreaker(handleAll, { halfOpenAfter: 5_000, breaker: sampling() })
  const policy = levels === 1 ? one() : wrap(...Array.from({ length: levels }, one))
  return { call: () => policy.execute(healthy), end: () => {} }
}

const measure = async (name, make, levels) => {
  const breaker = make(levels)
  for (let i = 0; i < warmUp; ++i) await breaker.call()
  // The whole first, without a look at the clock in between; then each by itself.
  const begun = process.hrtime.bigint()
  for (let i = 0; i < calls; ++i) await breaker.call()
  const mean = Number(process.hrtime.bigint() - begun) / calls
  const waits = new Float64Array(calls)
  for (let i = 0; i < calls; ++i) {
    const asked = process.hrtime.bigint()
    await breaker.call()
    waits[i] = Number(process.hrtime.bigint() - asked) / 1000
  }
  breaker.end()
  waits.sort()
  const at = (share) => waits[Math.min(Math.floor(share * calls), calls - 1)]
  return { name, version: versionOf(name), levels, calls, mean_ns: mean, p50_us: at(0.5), p99_us: at(0.99), p999_us: at(0.999) }
}

const breakers = []
for (const levels of [1, 3]) {
  breakers.push(await measure('opossum', opossums, levels))
  breakers.push(await measure('cockatiel', cockatiels, levels))
}
console.log(JSON.stringify({ node: process.version, breakers }))
