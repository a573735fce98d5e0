/*
 * The calls of a batched datagram port: bind, wait, receive, send (src/transport/native-system.ts). Message headers and
 * buffers are the caller's memory and must stay until close. Failed calls return a negative errno.
 */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

typedef struct {
  uv_poll_t poll;
  napi_env env;
  napi_ref ready;
  napi_async_cleanup_hook_handle hook;
  struct mmsghdr *in, *out;
  int fd;
} Socket;

static napi_value number(napi_env env, int value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

static napi_value outcome(napi_env env, int result) { return number(env, result < 0 ? -errno : result); }

static int integer(napi_env env, napi_value value) {
  int result = 0;
  napi_get_value_int32(env, value, &result);
  return result;
}

static void *memory(napi_env env, napi_value buffer) {
  void *data = NULL;
  napi_get_arraybuffer_info(env, buffer, &data, NULL);
  return data;
}

static Socket *socket_of(napi_env env, napi_value value) {
  void *self = NULL;
  napi_get_value_external(env, value, &self);
  return self;
}

#define ARGUMENTS(n) \
  napi_value argument[n]; \
  size_t count = n; \
  napi_get_cb_info(env, info, &count, argument, NULL, NULL)

/* The whole group of the port shares one program. A kernel that does not take it spreads datagrams by their addresses. */
static void steer(napi_env env, int fd, napi_value buffer) {
  void *data = NULL;
  size_t length = 0;
  if (napi_get_arraybuffer_info(env, buffer, &data, &length) != napi_ok) return;
  struct sock_fprog program = {length / sizeof(struct sock_filter), data};
  setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}

/* bind(name, length, reusePort, buffer, steering): a descriptor; `name` has the bound port afterwards. */
static napi_value bind_socket(napi_env env, napi_callback_info info) {
  ARGUMENTS(5);
  struct sockaddr *name = memory(env, argument[0]);
  socklen_t length = integer(env, argument[1]);
  int on = 1, reuse = integer(env, argument[2]), buffer = integer(env, argument[3]);
  int fd = socket(name->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return outcome(env, fd);
  if (name->sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &reuse, sizeof reuse);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  if (bind(fd, name, length) == 0 && getsockname(fd, name, &length) == 0) {
    steer(env, fd, argument[4]);
    return number(env, fd);
  }
  napi_value failure = outcome(env, -1);
  close(fd);
  return failure;
}

/* pointer(memory): the address of an ArrayBuffer. */
static napi_value pointer(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  napi_value result;
  napi_create_double(env, (double)(uintptr_t)memory(env, argument[0]), &result);
  return result;
}

static void on_ready(uv_poll_t *poll, int status, int events) {
  Socket *self = poll->data;
  napi_env env = self->env;
  napi_handle_scope scope;
  napi_value ready, global, result;
  napi_open_handle_scope(env, &scope);
  napi_value arguments[] = {number(env, status), number(env, events)};
  napi_get_reference_value(env, self->ready, &ready);
  napi_get_global(env, &global);
  if (napi_call_function(env, global, ready, 2, arguments, &result) == napi_pending_exception) {
    napi_get_and_clear_last_exception(env, &result);
    napi_fatal_exception(env, result);
  }
  napi_close_handle_scope(env, scope);
}

static void on_closed(uv_handle_t *poll) {
  Socket *self = poll->data;
  close(self->fd);
  napi_delete_reference(self->env, self->ready);
  napi_remove_async_cleanup_hook(self->hook);
  free(self);
}

/* libuv aborts the process when the loop of a thread ends with an open handle. */
static void on_end_of_thread(napi_async_cleanup_hook_handle hook, void *data) {
  (void)hook;
  uv_handle_t *poll = data;
  if (!uv_is_closing(poll)) uv_close(poll, on_closed);
}

/* open(fd, headers of what is received, headers of what is sent, ready(status, events)): a socket. */
static napi_value open_socket(napi_env env, napi_callback_info info) {
  ARGUMENTS(4);
  Socket *self = calloc(1, sizeof *self);
  uv_loop_t *loop;
  napi_value result;
  napi_get_uv_event_loop(env, &loop);
  *self = (Socket){.env = env, .fd = integer(env, argument[0]), .in = memory(env, argument[1]), .out = memory(env, argument[2])};
  self->poll.data = self;
  int status = uv_poll_init(loop, &self->poll, self->fd);
  if (status < 0) {
    free(self);
    napi_throw_error(env, uv_err_name(status), "uv_poll_init");
    return NULL;
  }
  napi_create_reference(env, argument[3], 1, &self->ready);
  napi_add_async_cleanup_hook(env, on_end_of_thread, self, &self->hook);
  napi_create_external(env, self, NULL, NULL, &result);
  return result;
}

/* watch(socket, events): 0 for none. */
static napi_value watch(napi_env env, napi_callback_info info) {
  ARGUMENTS(2);
  Socket *self = socket_of(env, argument[0]);
  int events = integer(env, argument[1]);
  return number(env, events == 0 ? uv_poll_stop(&self->poll) : uv_poll_start(&self->poll, events, on_ready));
}

/* receive(socket, count): how many messages were filled. */
static napi_value receive(napi_env env, napi_callback_info info) {
  ARGUMENTS(2);
  Socket *self = socket_of(env, argument[0]);
  return outcome(env, recvmmsg(self->fd, self->in, integer(env, argument[1]), MSG_DONTWAIT, NULL));
}

/* send(socket, from, count): how many messages the kernel took. */
static napi_value send_messages(napi_env env, napi_callback_info info) {
  ARGUMENTS(3);
  Socket *self = socket_of(env, argument[0]);
  return outcome(env, sendmmsg(self->fd, self->out + integer(env, argument[1]), integer(env, argument[2]), MSG_DONTWAIT));
}

/* close(socket): once; it must not be used afterwards. */
static napi_value close_socket(napi_env env, napi_callback_info info) {
  ARGUMENTS(1);
  Socket *self = socket_of(env, argument[0]);
  uv_close((uv_handle_t *)&self->poll, on_closed);
  return NULL;
}

#define FUNCTION(name, function) {name, NULL, function, NULL, NULL, NULL, napi_default, NULL}

NAPI_MODULE_INIT() {
  napi_property_descriptor functions[] = {
    FUNCTION("bind", bind_socket), FUNCTION("pointer", pointer), FUNCTION("open", open_socket),    FUNCTION("watch", watch),
    FUNCTION("receive", receive),  FUNCTION("send", send_messages), FUNCTION("close", close_socket),
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
