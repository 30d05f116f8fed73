/**
 * What people choose first, and so what is guessed first. Compared after case, digits and punctuation at either end
 * are taken away, so that `Password-2026!` is found as `password`.
 */
const COMMON_WORDS = new Set(
  `password passwort passw motdepasse contrasena wachtwoord kennwort senha parola admin administrator root letmein welcome
  changeme changemenow changeit temporary secret secretpassword mysecretpassword mypassword thisisapassword newpassword
  passwordpassword passpass adminadmin adminpassword rootpassword testtest testpassword default defaultpassword guest
  qwerty qwertyuiop qwertyqwerty qwertz qwertzuiop azerty azertyuiop asdfghjkl asdfasdf asdfghjklqwerty zxcvbnm
  qazwsxedc qazwsxedcrfv iloveyou iloveyouforever sunshine princess football baseball basketball monkey dragon
  superman batman trustno correcthorsebatterystaple abcdefgh abcdefghij abcdefghijkl abcdefghijklm abcabcabcabc
  companyname sallyport sallyportsallyport sallyportpassword summer winter spring autumn january february march
  april june july august september october november december monday friday unbelievable whatever internet computer
  microsoft google facebook liverpool manchester chelsea starwars pokemon charlie michael jordan jennifer`.split(
    /\s+/,
  ),
);

/** Whether a password is among the first that anybody would try: a common word, one character, or a row of keys. */
export function isCommonPassword(password: string): boolean {
  const plain = password.normalize("NFKC").toLowerCase();
  if (new Set(plain).size < 5) return true;
  if (isRun(plain)) return true;
  const letters = plain.replaceAll("0", "o").replaceAll("@", "a").replaceAll("$", "s");
  return [plain, letters].some((form) => COMMON_WORDS.has(form.replace(/^[^a-z]+|[^a-z]+$/g, "")));
}

/** `123456789012`, `abcdefghijkl`, and the same backwards: each character one step from the last, 9 before 0. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.charCodeAt(0));
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return [1, -1].every((step) => steps.some((found) => found !== step && found !== -9 * step)) === false;
}
