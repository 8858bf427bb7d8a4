// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * load.c - from a script's name to its text
 *
 * Names are few characters of a strict grammar; files are regular, owned by
 * root, writable by nobody else, below /lib/modules/lua, text and not too large.
 * A worker reads and compiles them: with the kernel's own root directory and
 * credentials, whoever's system call has led here, and on a C stack of its own,
 * since the compiler goes as deep as the script is nested.
 *
 * The owner of the runtime waits for the worker meanwhile, so the worker has the
 * Lua state to itself. It uses a Lua thread of its own: an error ends there and
 * does not jump to a frame of the owner's stack. It collects no garbage, since a
 * finaliser is the owner's to run, and lets nobody else in.
 *
 * Contexts: process, may sleep, inside an entry. All failures are messages that
 * name the file.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/namei.h>
#include <linux/kernel_read_file.h>
#include <linux/mm.h>
#include <linux/ctype.h>
#include "core.h"
#include "budget.h"

#define SCRIPT_ROOT	"/lib/modules/lua"
#define SCRIPT_MAX	(4 * 1024 * 1024)

struct reader {
	struct work_struct	work;
	struct lunatik_runtime	*rt;
	lua_State		*L;		/* gets the chunk or a message; NULL: only read */
	int			status;		/* of the compiler */
	const char		*path;
	const char		*error;		/* why not, or NULL */
	int			err;
	void			*text;
	size_t			size;
};

static bool name_char(char c)
{
	return isascii(c) && (isalnum(c) || c == '_' || c == '-' || c == '.');
}

/**
 * lunatik_script_check() - is this a script's name?
 * @script: `part{/part}`; a part has letters, digits, "_-." and starts with
 *	neither "." nor "-"
 *
 * Return: 0, -ENAMETOOLONG or -EINVAL
 */
int lunatik_script_check(const char *script)
{
	bool start = true;
	const char *p;

	if (strnlen(script, LUNATIK_NAME_MAX + 1) > LUNATIK_NAME_MAX)
		return -ENAMETOOLONG;
	for (p = script; *p; p++) {
		if (start ? !name_char(*p) || *p == '.' || *p == '-' :
			    !name_char(*p) && *p != '/')
			return -EINVAL;
		start = *p == '/';
	}
	return start ? -EINVAL : 0;
}

static const char *check_inode(struct file *file, struct path *root)
{
	struct inode *inode = file_inode(file);

	if (!S_ISREG(inode->i_mode))
		return "not a regular file";
	if (!uid_eq(inode->i_uid, GLOBAL_ROOT_UID))
		return "not owned by root";
	if (inode->i_mode & 0022)
		return "writable by others than its owner";
	if (file->f_path.mnt != root->mnt || !is_subdir(file->f_path.dentry, root->dentry))
		return "outside " SCRIPT_ROOT;
	return NULL;
}

static void read_file(struct reader *reader, struct file *file)
{
	loff_t length = i_size_read(file_inode(file));
	ssize_t size;

	if (length > SCRIPT_MAX) {
		reader->error = "larger than 4 MiB";
		return;
	}
	reader->text = length ? kvmalloc(length, GFP_KERNEL) : NULL;
	if (!reader->text) {
		reader->err = length ? -ENOMEM : 0;
		return;
	}
	/* a script is code for the kernel: who restricts modules restricts it too */
	size = kernel_read_file(file, 0, &reader->text, length, NULL, READING_MODULE);
	if (size < 0)
		reader->err = size;
	reader->size = size > 0 ? size : 0;
	if (reader->size && *(char *)reader->text == LUA_SIGNATURE[0])
		reader->error = "a binary chunk, not text";
}

static void read_below(struct reader *reader, struct path *root)
{
	/* the part below the root: scripts live nowhere else */
	const char *name = reader->path + sizeof(SCRIPT_ROOT);
	/* of any size: how large is too large is said further down */
	int flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_LARGEFILE;
	struct file *file = file_open_root(root, name, flags, 0);

	if (IS_ERR(file)) {
		reader->err = PTR_ERR(file);
		return;
	}
	reader->error = check_inode(file, root);
	if (!reader->error)
		read_file(reader, file);
	fput(file);
}

static void compile(struct reader *reader);

static void read_work(struct work_struct *work)
{
	struct reader *reader = container_of(work, struct reader, work);
	struct fs_struct *old = lunatik_root_begin();
	struct path root;

	reader->err = kern_path(SCRIPT_ROOT, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &root);
	lunatik_root_end(old);
	if (reader->err)
		return;
	read_below(reader, &root);
	path_put(&root);
	if (reader->L && !reader->err && !reader->error)
		compile(reader);
	kvfree(reader->text);
}

static bool outside(const char *path)
{
	return strncmp(path, SCRIPT_ROOT "/", sizeof(SCRIPT_ROOT)) != 0 || strstr(path, "/..");
}

static void run_reader(struct reader *reader)
{
	if (outside(reader->path)) {
		reader->error = "outside " SCRIPT_ROOT;
		return;
	}
	INIT_WORK_ONSTACK(&reader->work, read_work);
	queue_work(lunatik_wq, &reader->work);
	flush_work(&reader->work);
	destroy_work_on_stack(&reader->work);
}

static const char *reason(const struct reader *reader)
{
	if (reader->error)
		return reader->error;
	switch (reader->err) {
	case -ENOENT:
	case -ENOTDIR:
		return "no such file";
	case -ELOOP:
		return "a symbolic link";
	case -EISDIR:
		return "a directory";
	}
	return "cannot be read";
}

/* the first line of a script may be for a shell */
static size_t skip_shebang(const char *text, size_t size)
{
	const char *eol;

	if (!size || *text != '#')
		return 0;
	eol = memchr(text, '\n', size);
	return eol ? eol - text : size;
}

static int load_text(lua_State *L)
{
	struct reader *reader = lua_touserdata(L, 1);
	size_t skip = skip_shebang(reader->text, reader->size);
	const char *name = lua_pushfstring(L, "@%s", reader->path);

	if (luaL_loadbufferx(L, reader->text ? (char *)reader->text + skip : "",
			     reader->size - skip, name, "t") != LUA_OK)
		return lua_error(L);
	return 1;
}

/* Context: the worker, with the owner waiting. */
static void compile(struct reader *reader)
{
	struct lunatik_runtime *rt = reader->rt;
	struct lunatik_entry *entry = rt->entry;
	unsigned int preemptible = entry->flags & ENTRY_PREEMPTIBLE;
	bool collects = lua_gc(reader->L, LUA_GCISRUNNING);

	entry->flags &= ~preemptible;
	rt->vm.stack_limit = lunatik_stack_limit();
	lua_gc(reader->L, LUA_GCSTOP);
	lua_pushcfunction(reader->L, load_text);
	lua_pushlightuserdata(reader->L, reader);
	reader->status = lua_pcall(reader->L, 1, 1, 0);
	if (collects)
		lua_gc(reader->L, LUA_GCRESTART);
	rt->vm.stack_limit = entry->stack_limit;
	entry->flags |= preemptible;
}

/**
 * luaL_loadfilex() - loads a file as a Lua chunk (Lua manual)
 * @L: Lua state
 * @path: file below /lib/modules/lua
 * @mode: ignored; only text is taken
 *
 * Return: LUA_OK and the function on the stack; else an error status and message
 */
int luaL_loadfilex(lua_State *L, const char *path, const char *mode)
{
	struct lunatik_runtime *rt = lunatik_runtime_of(L);
	struct reader reader = { .rt = rt, .path = path };

	if (!path)
		return luaL_error(L, "there is no standard input in the kernel");
	if (lunatik_isatomic(L) || !rt->entry)
		return luaL_error(L, "cannot load file on non-sleepable runtime");
	reader.L = lunatik_thread_get(rt);
	if (!reader.L)
		return luaL_error(L, "not enough memory");
	run_reader(&reader);
	if (!reader.error && !reader.err)
		lua_xmove(reader.L, L, 1);
	lunatik_thread_put(rt, reader.L);
	lunatik_budget_check(L);
	if (!reader.error && !reader.err)
		return reader.status;
	lua_pushfstring(L, "cannot open %s (%s)", path, reason(&reader));
	return LUA_ERRFILE;
}
EXPORT_SYMBOL_GPL(luaL_loadfilex);

int lunatik_vm_readable(lua_State *L, const char *path)
{
	struct reader reader = { .path = path };

	if (lunatik_isatomic(L) || outside(path))
		return 0;
	run_reader(&reader);
	/* what is there but refused shall be named by the load, not passed over */
	return reader.err != -ENOENT && reader.err != -ENOTDIR;
}

/* the script's name at @idx, without NUL: what follows one must not be passed over */
const char *lunatik_script_name(lua_State *L, int idx)
{
	size_t len;
	const char *script = luaL_checklstring(L, idx, &len);

	if (strlen(script) != len)
		luaL_error(L, "bad script name '%s\\0...'", script);
	return script;
}

/* pushes the chunk of @script; raises naming what was wrong. Needs: protection */
int lunatik_script_load(lua_State *L, const char *script)
{
	const char *path;

	if (lunatik_script_check(script))
		return luaL_error(L, "bad script name '%s'", script);
	path = lua_pushfstring(L, SCRIPT_ROOT "/%s.lua", script);
	if (luaL_loadfilex(L, path, "t") != LUA_OK)
		lua_error(L);
	lua_remove(L, -2);
	return 1;
}
