/** Version of the API as the hello message and the OpenAPI document tell it. */
export const VERSION = '0.1.0'
