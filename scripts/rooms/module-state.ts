import type { Expression, Program, TSType, VariableDeclaration } from 'oxc-parser'

const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet'])

/**
 * The names under which a module keeps state that changes while it runs: what is declared by `let` or `var` at its top, and
 * constants that begin as an empty collection, list or object and are not typed as readonly.
 */
export function moduleState(program: Program): string[] {
  return program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declaration?.type === 'VariableDeclaration' && !declaration.declare ? namesOf(declaration) : []
  })
}

function namesOf({ kind, declarations }: VariableDeclaration): string[] {
  return declarations
    .filter(({ id, init }) => {
      const type = id.type === 'Identifier' ? id.typeAnnotation?.typeAnnotation : undefined
      return kind !== 'const' || (init && beginsEmpty(init) && !(type && isReadonly(type)))
    })
    .map(({ id }) => (id.type === 'Identifier' ? id.name : 'a pattern'))
}

function isReadonly(type: TSType): boolean {
  if (type.type === 'TSTypeOperator') return type.operator === 'readonly'
  const name = type.type === 'TSTypeReference' ? type.typeName : undefined
  return name?.type === 'Identifier' && name.name.startsWith('Readonly')
}

function beginsEmpty(value: Expression): boolean {
  switch (value.type) {
    case 'ArrayExpression':
      return value.elements.length === 0
    case 'ObjectExpression':
      return value.properties.length === 0
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return beginsEmpty(value.expression)
    case 'NewExpression': {
      const { callee, arguments: given } = value
      if (callee.type !== 'Identifier' || !COLLECTIONS.has(callee.name)) return false
      return given.every((argument) => argument.type !== 'SpreadElement' && beginsEmpty(argument))
    }
    default:
      return false
  }
}
