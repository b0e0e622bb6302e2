import { join } from 'node:path'
import { checkRooms } from './rooms/check.ts'
import { ROOMS } from './rooms/list.ts'

// Prints the rooms of lib/ with their files and arrows, and what is wrong with them; --check prints the latter alone.

const { files, arrows, findings } = await checkRooms(join(import.meta.dirname, '..'))

if (!process.argv.includes('--check')) {
  for (const [name, holds] of ROOMS) {
    const count = [...files.keys()].filter((file) => file.startsWith(`lib/${name}/`)).length
    const targets = [...arrows].filter(([arrow]) => arrow.startsWith(`${name} → `))
    console.log(`${name} (${count} files): ${holds}`)
    const list = targets.map(([arrow, times]) => `${arrow.slice(name.length + 3)} ${times}`)
    console.log(`  imports ${list.length > 0 ? list.join(', ') : 'no other room'}`)
  }
  console.log()
}
for (const finding of findings) console.error(finding)
if (findings.length > 0) process.exitCode = 1
else
  console.log(
    `${files.size} files, ${arrows.size} kinds of arrows: all run down the list, and no files import each other.`,
  )
