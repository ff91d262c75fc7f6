// Checks the text of a test certificate (EU DCC, HC1) as the laboratory's service does: same order, same reasons. Knows neither page nor network.
const LONGEST_TEXT = 4296, MOST_INFLATED = 16384, DEEPEST = 16, MOST_FIELDS = 32;
const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const METHODS = { __proto__: null, "LP6464-4": ["AMPLIFICATION", "nm"], "LP217198-3": ["ANTIGEN", "ma"] };
const FINDINGS = { __proto__: null, 260415000: "NOT_DETECTED", 260373001: "DETECTED" };
const GROUPS = { v: "vaccination", t: "test", r: "recovery" };
const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const isBytes = (value) => value instanceof Uint8Array;
const isValid = (key, now) => Date.parse(key.validFrom) <= now && now < Date.parse(key.validUntil);
const isDay = (day) => new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8));

/** Why a certificate is refused: the code of the reason, and the field where the schema is broken. */
export class Refusal extends Error {
  constructor(reason, field) { super(reason); this.code = `CERTIFICATE_${reason}`; this.field = field; }
}
const refuse = (reason, field) => { throw new Refusal(reason, field); };
const broken = () => refuse("MALFORMED");
const schema = (field) => refuse("SCHEMA", field);

/** What a genuine certificate says; else a Refusal. `keys` are JWKs, `list` is what readList gave, `now` is in milliseconds. */
export async function check(text, keys, list, now) {
  const message = await readMessage(text.trim());
  const key = await signer(message, keys);
  const claims = readClaims(message.payload);
  if (claims.issued * 1000 > now + 300000) refuse("NOT_YET_VALID");
  if (Math.floor(now / 1000) > claims.expires) refuse("EXPIRED");
  if (!isValid(key, now)) refuse("KEY_NOT_VALID");
  const { group, person, test } = readPayload(claims.certificate);
  const issuer = key.issuer ?? claims.issuer;
  if ((claims.issuer ?? issuer) !== issuer || (key.certificates?.includes(GROUPS[group]) ?? true) === false) refuse("ISSUER_NOT_ENTITLED");
  if (!test) refuse(`OF_${GROUPS[group].toUpperCase()}`);
  const revocation = list?.issuer !== issuer ? "NONE" : now < list.nextUpdate ? "FRESH" : "STALE";
  if (revocation !== "NONE" && (await isRevoked(test, message.signature, list))) refuse("REVOKED");
  return { ...person, ...test, issuer: issuer ?? "", issued: claims.issued * 1000, expires: claims.expires * 1000, revocation };
}
async function isRevoked({ country, number }, signature, list) {
  // Of ECDSA the first half alone is named: the second can be negated.
  const signed = signature.length === 64 ? signature.slice(0, 32) : signature;
  for (const named of [utf8(number), utf8(country + number), signed]) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", named)).slice(0, 16);
    if (list.hashes.has(base64(digest))) return true;
  }
  return false;
}

/** Believes a list (JWS) that a key of its issuer signed and that is not older than `known`, the version seen last; else null. */
export async function readList(text, keys, known, now) {
  try {
    const jws = JSON.parse(text);
    const { alg, kid, typ } = JSON.parse(decode(fromBase64(jws.protected)));
    const { issuer, version, issued, nextUpdate, hashes } = JSON.parse(decode(fromBase64(jws.payload)));
    if (alg !== "ES256" || typ !== "gsvt-revocation+json" || version < known) return null;
    const data = utf8(`${jws.protected}.${jws.payload}`);
    for (const key of keys) {
      const fits = key.kid === base64(fromBase64(kid)) && key.kty === "EC" && key.issuer === issuer && isValid(key, now);
      if (!fits || !(await isSigned(key, data, fromBase64(jws.signature)))) continue;
      return { issuer, version, issued: Date.parse(issued), nextUpdate: Date.parse(nextUpdate), hashes: new Set(hashes.map((one) => base64(fromBase64(one)))) };
    }
  } catch { /* no list of ours */ }
  return null;
}

async function readMessage(text) {
  if (utf8(text).length > LONGEST_TEXT) refuse("TOO_LARGE");
  if (!text.startsWith("HC1:")) refuse("NONE");
  let message = readCbor(await inflate(base45(text.slice(4))));
  for (const tag of [61, 18]) if (message?.tag === tag) message = message.value;
  const [signed, beside, payload, signature, more] = Array.isArray(message) ? message : [];
  if (![signed, payload, signature].every(isBytes) || more !== undefined) broken();
  const headers = [signed.length ? readHeader(readCbor(signed)) : new Map(), readHeader(beside)];
  // What is signed wins over what stands beside it.
  const [algorithm, kid] = [1, 4].map((label) => headers.find((header) => header.has(label))?.get(label));
  return { signed, payload, signature, algorithm, kid };
}
/** Nothing else than algorithm and key id is understood, so nothing else may be critical. */
function readHeader(value) {
  const header = fields(value) ?? broken();
  for (const [label, value] of header) {
    if (label === 2) refuse("ALGORITHM");
    if (label === 4 && !(isBytes(value) && value.length)) broken();
  }
  return header;
}

function base45(text) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((letter) => BASE45.indexOf(letter));
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0), pair = digits.length === 3;
    if (digits.length < 2 || digits.includes(-1) || number > (pair ? 65535 : 255)) broken();
    if (pair) bytes.push(number >> 8);
    bytes.push(number & 255);
  }
  return Uint8Array.from(bytes);
}

/** An issuer may leave the compression out. Piece by piece, so that a bomb ends where it is too large. */
async function inflate(bytes) {
  if ((bytes[0] & 15) !== 8 || ((bytes[0] << 8) | bytes[1]) % 31) return bytes;
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter(), inflated = [];
  const write = async () => {
    for (let at = 0; at < bytes.length; at += 16) await writer.write(bytes.slice(at, at + 16));
    await writer.close();
  };
  const written = write().catch(() => "failed");
  try {
    const reader = readable.getReader();
    for (let piece; !(piece = await reader.read()).done; ) {
      inflated.push(...piece.value);
      if (inflated.length > MOST_INFLATED) refuse("TOO_LARGE");
    }
  } catch (error) { throw error instanceof Refusal ? error : new Refusal("MALFORMED"); }
  return (await written) ? broken() : Uint8Array.from(inflated);
}

/** One item of CBOR and nothing behind it: maps as `{ map }` of pairs, fractions as `{ fraction }`, tags as `{ tag, value }`. */
function readCbor(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset), BREAK = {};
  let at = 0;
  const take = (length) => (length > bytes.length - at ? broken() : (at += length) - length);
  /** The number in an item's head; null where an end is marked instead. */
  function argument(minor) {
    if (minor < 24) return minor;
    if (minor === 24) return bytes[take(1)];
    if (minor === 25) return view.getUint16(take(2));
    if (minor === 26) return view.getUint32(take(4));
    if (minor === 27) return Number(view.getBigUint64(take(8)));
    return minor === 31 ? null : broken();
  }
  function pieces(major, length) {
    if (length !== null) return [bytes.slice(take(length), at)];
    const all = [];
    for (let head; (head = bytes[take(1)]) !== 255; all.push(...pieces(major, argument(head & 31)))) if (head >> 5 !== major) broken();
    return all;
  }
  function items(count, each) {
    const all = [];
    for (let item; all.length !== count && (item = each(count === null)) !== BREAK; ) all.push(item);
    return all;
  }
  function read(depth, mayEnd) {
    const head = bytes[take(1)], major = head >> 5, minor = head & 31;
    if (major === 7 && minor > 24 && minor < 28) return { fraction: [() => half(argument(minor)), () => view.getFloat32(take(4)), () => view.getFloat64(take(8))][minor - 25]() };
    const number = argument(minor);
    if (major === 7) {
      if (number === null) return mayEnd ? BREAK : broken();
      return number > 19 && number < 24 ? [false, true, null, null][number - 20] : broken();
    }
    if ((number === null && (major < 2 || major > 5)) || (major > 3 && !depth)) broken();
    const pair = (mayEnd) => {
      const key = read(depth - 1, mayEnd);
      return key === BREAK ? key : [key, read(depth - 1)];
    };
    switch (major) {
      case 0: return number;
      case 1: return -1 - number;
      case 2: return Uint8Array.from(pieces(2, number).flatMap((piece) => [...piece]));
      case 3: return pieces(3, number).map(decode).join("");
      case 4: return items(number, (mayEnd) => read(depth - 1, mayEnd));
      case 5: return { map: items(number, pair) };
      default: return { tag: number, value: read(depth - 1) };
    }
  }
  function half(bits) {
    const exponent = (bits >> 10) & 31, rest = (bits & 1023) / 1024;
    const size = exponent === 31 ? (rest ? NaN : Infinity) : exponent ? (1 + rest) * 2 ** (exponent - 15) : rest * 2 ** -14;
    return bits >> 15 ? -size : size;
  }
  const item = read(DEEPEST);
  return at < bytes.length ? broken() : item;
}
function decode(bytes) {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return broken(); }
}
/** A map whose keys are numbers and texts, none twice; null for anything else. */
function fields(value) {
  const pairs = value?.map;
  if (!Array.isArray(pairs) || pairs.length > MOST_FIELDS) return null;
  const map = new Map(pairs);
  return map.size === pairs.length && pairs.every(([key]) => ["number", "string"].includes(typeof key)) ? map : null;
}

async function signer({ signed, payload, signature, algorithm, kid }, keys) {
  const type = algorithm === -7 ? "EC" : algorithm === -37 ? "RSA" : refuse("ALGORITHM");
  const named = keys.filter((key) => kid && key.kid === base64(kid));
  if (!named.length) refuse("UNKNOWN_ISSUER");
  const item = ({ length }, kind) => (length < 24 ? [kind | length] : length < 256 ? [kind | 24, length] : [kind | 25, length >> 8, length & 255]);
  const [context, ...parts] = [utf8("Signature1"), signed, [], payload].map((part, at) => [...item(part, at ? 0x40 : 0x60), ...part]);
  const data = Uint8Array.from([0x84, ...context, ...parts.flat()]);
  for (const key of named) if (key.kty === type && (await isSigned(key, data, signature))) return key;
  return refuse("BAD_SIGNATURE");
}
async function isSigned({ kty, crv, x, y, n, e }, data, signature) {
  const [jwk, made, used] = kty === "EC" ? [{ kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, {}] : [{ kty, n, e }, { name: "RSA-PSS" }, { saltLength: 32 }];
  const algorithm = { ...made, hash: "SHA-256" };
  try {
    const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
    return await crypto.subtle.verify({ ...algorithm, ...used }, key, signature, data);
  } catch { return false; }
}

function readClaims(payload) {
  const claims = fields(readCbor(payload)) ?? broken();
  const issuer = claims.get(1) ?? null;
  if (issuer !== null && !(typeof issuer === "string" && utf8(issuer).length <= 80)) schema("iss");
  const hcert = fields(claims.get(-260)) ?? schema("hcert");
  const issued = seconds(claims.get(6)) ?? schema("iat"), expires = seconds(claims.get(4)) ?? schema("exp");
  return { issuer, issued, expires, certificate: hcert.has(1) ? hcert.get(1) : schema("hcert") };
}
/** A time may be a fraction and may carry tag 1. */
function seconds(claim) {
  if (claim?.tag === 1) return seconds(claim.value);
  const number = Math.floor(typeof claim === "number" ? claim : (claim?.fraction ?? NaN));
  return Math.abs(number) < 8e12 ? number : null;
}

function readPayload(value) {
  const map = fields(value) ?? schema("hcert");
  const version = text(map, "ver") ?? "";
  if (!version.startsWith("1.") || utf8(version).length > 10) schema("ver");
  const person = readPerson(map);
  const isEmpty = (entries) => Array.isArray(entries) && !entries.length;
  const [group, more] = Object.keys(GROUPS).filter((group) => !isEmpty(map.get(group) ?? []));
  if (!group || more) schema("t");
  const entries = map.get(group);
  const entry = (entries.length === 1 && fields(entries[0])) || schema(group);
  return { group, person, test: group === "t" && readTest(entry) };
}
/** A text of at most 80 letters; dates carry tag 0 with some issuers. */
function text(map, key) {
  const found = map.get(key) ?? null, value = found?.tag === 0 ? found.value : found;
  return found === null || (typeof value === "string" && [...value].length <= 80) ? value : schema(key);
}
function readPerson(map) {
  const names = fields(map.get("nam")) ?? schema("nam");
  const [family, given, ...machine] = ["fn", "gn", "fnt", "gnt"].map((key) => {
    const name = text(names, key) ?? "";
    return key.length < 3 || /^[A-Z<]*$/.test(name) ? name : schema(key);
  });
  if (!machine.join("")) schema("fnt");
  return { name: `${family} ${given}`.trim(), birth: birth(text(map, "dob") ?? schema("dob")) };
}
/** A day, a month, a year or nothing; a time behind it is dropped. */
function birth(text) {
  const [day] = text.split("T");
  const parts = day.match(/^(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(-\d\d)?)?$/);
  return !day || (parts && (!parts[1] || isDay(day))) ? day : schema("dob");
}
function readTest(entry) {
  const needed = (key) => text(entry, key) || schema(key);
  if (needed("tg") !== "840539006") schema("tg");
  const country = needed("co");
  if (!/^[A-Z]{1,10}$/.test(country)) schema("co");
  const [method, detail] = METHODS[needed("tt")] ?? ["OTHER"];
  if (detail) text(entry, detail);
  const finding = FINDINGS[needed("tr")] ?? schema("tr"), sampled = moment(needed("sc")) ?? schema("sc");
  return { country, method, finding, sampled, centre: text(entry, "tc") ?? "", authority: needed("is"), number: needed("ci") };
}
/** RFC 3339, in milliseconds. */
function moment(text) {
  const parts = text.match(/^(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d):(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|([+−-])([01]\d|2[0-3]):([0-5]\d))$/);
  if (!parts || !isDay(parts[1])) return null;
  const [, day, clock, sign, hours = 0, minutes = 0] = parts;
  return Date.parse(`${day}T${clock}Z`) - (sign === "+" ? 1 : -1) * (hours * 60 + Number(minutes)) * 60000;
}
