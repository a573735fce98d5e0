import type { PrometheusText } from '../../metrics/prometheus.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function signalboxMetrics(metrics: PrometheusText): RpcMethod {
  return rpcMethod('signalbox.metrics', () => metrics.render())
}
