import { render } from 'preact'
import { Page } from './page.tsx'
import { applyTheme, keptTheme } from './parts/theme.ts'
import { takeToken } from './session/take-token.ts'
import './style/tokens.css'
import './style/page.css'
import './style/parts.css'
import './style/grids.css'
import './style/tables.css'
import './style/details.css'

applyTheme(keptTheme())
const token = takeToken(location, history)
const place = document.querySelector('#page')
if (place !== null) render(<Page token={token} />, place)
