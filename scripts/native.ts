// npm run native: compiles the optional native module for UDP; the engine takes it from then on.
import { buildNativeModule } from '../packages/proxy/native/build-native-module.ts'
import { nativeModule } from '../packages/proxy/src/transport/native-system.ts'

const obstacle = buildNativeModule(nativeModule)
console.log(obstacle === '' ? `${nativeModule} is built; the next start uses it. Delete it to go back to node:ffi.` : obstacle)
if (obstacle !== '') process.exitCode = 1
