import type { ListedSetting } from '@rollcall/exotel-simulator/setting-list'

/** One line a setting: its name and default, then its choices and what it does. Pure. */
export const renderSettings = (settings: readonly ListedSetting[]): readonly string[] =>
  settings.map(({ path, default: usual, choices, description }) => {
    const value = usual === undefined ? '' : ` = ${JSON.stringify(usual)}`
    const about = [...(choices === null ? [] : [`one of ${choices.map(String).join(', ')}.`]), description].filter((part) => part !== '').join(' ')
    return `${path}${value}${about === '' ? '' : `\n    ${about}`}`
  })
