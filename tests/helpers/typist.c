// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * typist - a keyboard that types, by way of uinput
 *
 *	typist WORD...
 *
 * Each word is one of
 *	text:STRING	types it, as on a US keyboard: letters, digits, blanks, newlines
 *			and "-=.,;/"; capitals with shift
 *	keys:N,N,...	the keys of these numbers go down and up, one after the other
 *	down:N  up:N	one key
 *	storm:COUNT	the key A, so often
 * The kernel has handled everything when typist ends; the keyboard is gone then.
 * Exit status: 0, 1 when the kernel refuses, 2 for bad usage.
 */

#include <ctype.h>
#include <err.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int keyboard;

static void event(int type, int code, int value)
{
	struct input_event event = { .type = type, .code = code, .value = value };

	if (write(keyboard, &event, sizeof(event)) != sizeof(event))
		err(1, "write");
}

static void move(int key, int down)
{
	event(EV_KEY, key, down);
	event(EV_SYN, SYN_REPORT, 0);
}

static void tap(int key)
{
	move(key, 1);
	move(key, 0);
}

/* by the position of a character in the rows of the keyboard */
static int number(char c)
{
	static const struct {
		const char	*keys;
		int		first;
	} rows[] = {
		{ "1234567890-=", KEY_1 }, { "qwertyuiop", KEY_Q }, { "asdfghjkl;", KEY_A },
		{ "zxcvbnm,./", KEY_Z }, { " ", KEY_SPACE }, { "\n", KEY_ENTER },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *at = strchr(rows[i].keys, tolower(c));

		if (c && at)
			return rows[i].first + (at - rows[i].keys);
	}
	errx(2, "there is no key for '%c'", c);
}

static void text(const char *string)
{
	for (; *string; string++) {
		if (isupper(*string))
			move(KEY_LEFTSHIFT, 1);
		tap(number(*string));
		if (isupper(*string))
			move(KEY_LEFTSHIFT, 0);
	}
}

static void keys(char *list)
{
	for (char *key = strtok(list, ","); key; key = strtok(NULL, ","))
		tap(atoi(key));
}

static void word(char *word)
{
	char *argument = strchr(word, ':');

	if (!argument)
		errx(2, "what is '%s'?", word);
	*argument++ = '\0';
	if (strcmp(word, "text") == 0)
		text(argument);
	else if (strcmp(word, "keys") == 0)
		keys(argument);
	else if (strcmp(word, "down") == 0 || strcmp(word, "up") == 0)
		move(atoi(argument), *word == 'd');
	else if (strcmp(word, "storm") == 0)
		for (int i = atoi(argument); i > 0; i--)
			tap(KEY_A);
	else
		errx(2, "what is '%s'?", word);
}

static void plug_in(void)
{
	struct uinput_setup setup = { .id.bustype = BUS_VIRTUAL, .name = "lunatik typist" };

	keyboard = open("/dev/uinput", O_WRONLY);
	if (keyboard < 0 || ioctl(keyboard, UI_SET_EVBIT, EV_KEY))
		err(1, "/dev/uinput");
	for (int key = KEY_ESC; key < KEY_MICMUTE; key++)
		if (ioctl(keyboard, UI_SET_KEYBIT, key))
			err(1, "UI_SET_KEYBIT");
	if (ioctl(keyboard, UI_DEV_SETUP, &setup) || ioctl(keyboard, UI_DEV_CREATE))
		err(1, "UI_DEV_CREATE");
}

int main(int argc, char **argv)
{
	plug_in();
	for (int i = 1; i < argc; i++)
		word(argv[i]);
	ioctl(keyboard, UI_DEV_DESTROY);
	return 0;
}
