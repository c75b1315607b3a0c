/**
 * What people write into the audit log stays there, and no salt can be deleted to make it nobody's. So a question whose text has what looks like somebody's
 * number or mail address is refused: the call has a CallSid, by which whoever may see the number finds it. What is in the log is read whatever it says.
 */

/** E.164 with its plus (ITU-T E.164: 8 to 15 digits), or an Indian mobile number with or without its prefix; not a part of a longer word, such as a CallSid. */
const PHONE_NUMBER = /(?<![\w.])(?:\+\d(?:[\s().-]{0,2}\d){7,14}|(?:0|91[\s-]?)?[6-9]\d{4}[\s-]?\d{5})(?!\w)/
const MAIL_ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]{2,}/

export const namesNobody = (text: string): boolean => !PHONE_NUMBER.test(text) && !MAIL_ADDRESS.test(text)

export const NAMES_SOMEBODY = 'holds what looks like a phone number or a mail address, and could never be deleted from the log: name the call by its CallSid instead'
