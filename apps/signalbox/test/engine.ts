import './fake-part.ts'
