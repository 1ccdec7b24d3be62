/* drag-source.c - drags a URI list over a window of another program, as XDND has it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * drag-source X Y URI… holds the list above the place; it prints “accepted” or “rejected” once the
 * window there has answered. A line “drop” on its input drops it, any other line leaves; then it
 * prints “ended”. */
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XDND_VERSION 5

typedef struct {
  Display *display;
  Window own, target;
  int x, y;        /* from the root window */
  char list[4096]; /* the URIs, each with CR LF */
} Drag;

static Atom
intern (Drag *drag, const char *name)
{
  return XInternAtom (drag->display, name, False);
}

static int
takes_drops (Drag *drag, Window window)
{
  unsigned long count = 0, rest = 0;
  unsigned char *value = NULL;
  Atom type = None;
  int format = 0;

  XGetWindowProperty (drag->display, window, intern (drag, "XdndAware"), 0, 1, False,
                      AnyPropertyType, &type, &format, &count, &rest, &value);
  if (value != NULL)
    XFree (value);
  return type != None;
}

/* Returns: the highest window at the place that takes drops; None if there is none */
static Window
find_target (Drag *drag)
{
  Window root = DefaultRootWindow (drag->display), parent = None, *children = NULL, found = None;
  unsigned int count = 0;

  XQueryTree (drag->display, root, &root, &parent, &children, &count);
  while (found == None && count-- > 0) {
    XWindowAttributes at;
    XGetWindowAttributes (drag->display, children[count], &at);
    if (at.map_state == IsViewable && drag->x >= at.x && drag->x < at.x + at.width
        && drag->y >= at.y && drag->y < at.y + at.height && takes_drops (drag, children[count]))
      found = children[count];
  }
  if (children != NULL)
    XFree (children);
  return found;
}

static void
send_message (Drag *drag, const char *name, long second, long third, long fourth, long fifth)
{
  XEvent event = {0};

  event.xclient.type = ClientMessage;
  event.xclient.window = drag->target;
  event.xclient.message_type = intern (drag, name);
  event.xclient.format = 32;
  event.xclient.data.l[0] = (long)drag->own;
  event.xclient.data.l[1] = second;
  event.xclient.data.l[2] = third;
  event.xclient.data.l[3] = fourth;
  event.xclient.data.l[4] = fifth;
  XSendEvent (drag->display, drag->target, False, 0, &event);
  XFlush (drag->display);
}

/* Gives the target the list, or the names of its types. */
static void
answer_request (Drag *drag, XSelectionRequestEvent *request)
{
  XEvent answer = {0};
  Atom list = intern (drag, "text/uri-list");

  answer.xselection.type = SelectionNotify;
  answer.xselection.requestor = request->requestor;
  answer.xselection.selection = request->selection;
  answer.xselection.target = request->target;
  answer.xselection.time = request->time;
  if (request->target == list) {
    XChangeProperty (drag->display, request->requestor, request->property, list, 8, PropModeReplace,
                     (unsigned char *)drag->list, (int)strlen (drag->list));
    answer.xselection.property = request->property;
  }
  XSendEvent (drag->display, request->requestor, False, 0, &answer);
  XFlush (drag->display);
}

/* Returns: the second field of the message @name, after everything before it was answered */
static long
wait_for_message (Drag *drag, const char *name)
{
  for (;;) {
    XEvent event;
    XNextEvent (drag->display, &event);
    if (event.type == SelectionRequest)
      answer_request (drag, &event.xselectionrequest);
    else if (event.type == ClientMessage && event.xclient.message_type == intern (drag, name))
      return event.xclient.data.l[1];
  }
}

static int
hover (Drag *drag)
{
  send_message (drag, "XdndEnter", (long)XDND_VERSION << 24, (long)intern (drag, "text/uri-list"),
                None, None);
  send_message (drag, "XdndPosition", 0, ((long)drag->x << 16) | drag->y, CurrentTime,
                (long)intern (drag, "XdndActionCopy"));
  return (int)(wait_for_message (drag, "XdndStatus") & 1);
}

int
main (int argc, char **argv)
{
  Drag drag = {.display = XOpenDisplay (NULL)};
  char line[16] = "";

  if (argc < 4 || drag.display == NULL)
    return 2;
  drag.x = (int)strtol (argv[1], NULL, 10);
  drag.y = (int)strtol (argv[2], NULL, 10);
  for (int i = 3; i < argc; i++) {
    size_t end = strlen (drag.list);
    snprintf (drag.list + end, sizeof drag.list - end, "%s\r\n", argv[i]);
  }
  drag.own =
      XCreateSimpleWindow (drag.display, DefaultRootWindow (drag.display), 0, 0, 1, 1, 0, 0, 0);
  XSetSelectionOwner (drag.display, intern (&drag, "XdndSelection"), drag.own, CurrentTime);
  drag.target = find_target (&drag);
  if (drag.target == None)
    return 2;
  puts (hover (&drag) ? "accepted" : "rejected");
  fflush (stdout);
  if (fgets (line, sizeof line, stdin) != NULL && strcmp (line, "drop\n") == 0) {
    send_message (&drag, "XdndDrop", 0, CurrentTime, 0, 0);
    wait_for_message (&drag, "XdndFinished");
  } else {
    send_message (&drag, "XdndLeave", 0, 0, 0, 0);
  }
  puts ("ended");
  XCloseDisplay (drag.display);
  return 0;
}
