-- SPDX-License-Identifier: MIT OR GPL-2.0-only
--
-- Manual 3.3 and 9: the grammar, and the messages of everything outside it.

local T = require "tests.lang.harness"
local test, lines, eq, syntax = T.test, T.lines, T.eq, T.syntax

test("incomplete statements", function()
	lines [[
x				--? syntax error near <eof>
x =				--? unexpected symbol near <eof>
x.y				--? syntax error near <eof>
x[1]				--? syntax error near <eof>
x[1				--? ']' expected near <eof>
x.				--? <name> expected near <eof>
x:				--? <name> expected near <eof>
x:y				--? function arguments expected near <eof>
f(				--? unexpected symbol near <eof>
f(1				--? ')' expected near <eof>
f(1,				--? unexpected symbol near <eof>
(x)				--? syntax error near <eof>
(x				--? ')' expected near <eof>
a, b				--? '=' expected near <eof>
a, b = 1,			--? unexpected symbol near <eof>
local				--? <name> expected near <eof>
local x =			--? unexpected symbol near <eof>
local function			--? <name> expected near <eof>
function			--? <name> expected near <eof>
function f			--? '(' expected near <eof>
function f(			--? <name> or '...' expected near <eof>
function f()			--? 'end' expected near <eof>
return 1,			--? unexpected symbol near <eof>
goto				--? <name> expected near <eof>
::				--? <name> expected near <eof>
::a				--? '::' expected near <eof>
x = not				--? unexpected symbol near <eof>
x = -				--? unexpected symbol near <eof>
x = 1 +				--? unexpected symbol near <eof>
x = {				--? unexpected symbol near <eof>
x = {1,2			--? '}' expected near <eof>
x = {[1]			--? '=' expected near <eof>
x = {[1] =			--? unexpected symbol near <eof>
]]
end)

test("incomplete blocks", function()
	lines [[
do				--? 'end' expected near <eof>
while				--? unexpected symbol near <eof>
while true			--? 'do' expected near <eof>
while true do			--? 'end' expected near <eof>
repeat				--? 'until' expected near <eof>
repeat until			--? unexpected symbol near <eof>
if				--? unexpected symbol near <eof>
if x				--? 'then' expected near <eof>
if x then			--? 'end' expected near <eof>
if x then else			--? 'end' expected near <eof>
if x then elseif		--? unexpected symbol near <eof>
if x then elseif y		--? 'then' expected near <eof>
if x then else elseif y then end	--? 'end' expected near 'elseif'
if x then else else end		--? 'end' expected near 'else'
for				--? <name> expected near <eof>
for i				--? '=' or 'in' expected near <eof>
for i =				--? unexpected symbol near <eof>
for i = 1			--? ',' expected near <eof>
for i = 1,			--? unexpected symbol near <eof>
for i = 1, 2			--? 'do' expected near <eof>
for i = 1, 2, 3, 4 do end	--? 'do' expected near ','
for i = 1 do end		--? ',' expected near 'do'
for i, j = 1, 2 do end		--? 'in' expected near '='
for i in			--? unexpected symbol near <eof>
for i in do end			--? unexpected symbol near 'do'
for i in x			--? 'do' expected near <eof>
for 1 = 1, 2 do end		--? <name> expected near '1'
for a.b = 1, 2 do end		--? '=' or 'in' expected near '.'
end				--? <eof> expected near 'end'
until true			--? <eof> expected near 'until'
else				--? <eof> expected near 'else'
]]
end)

test("a block that spans lines names where it began", function()
	syntax("'end' expected (to close 'do' at line 1) near <eof>",
		"do\n\n", 3)
	syntax("'end' expected (to close 'while' at line 2) near <eof>",
		"\nwhile x do\n", 3)
	syntax("'end' expected (to close 'if' at line 1) near <eof>",
		"if x then\nelse\n", 3)
	syntax("'end' expected (to close 'for' at line 1) near <eof>",
		"for i = 1, 2 do\n", 2)
	syntax("'until' expected (to close 'repeat' at line 1) near <eof>",
		"repeat\n", 2)
	syntax("'end' expected (to close 'function' at line 1) near <eof>",
		"function f()\n\n\n", 4)
	syntax("'end' expected (to close 'function' at line 2) near <eof>",
		"\nreturn function()\n", 3)
	syntax("'}' expected (to close '{' at line 1) near <eof>", "x = {1\n", 2)
	syntax("')' expected (to close '(' at line 1) near <eof>", "x = (1\n", 2)
	syntax("')' expected (to close '(' at line 1) near 'y'", "f(x\ny)", 2)
end)

test("assignments", function()
	lines [[
f() = 1				--? syntax error near '='
(a) = 1				--? syntax error near '='
a:b() = 1			--? syntax error near '='
1 = 1				--? unexpected symbol near '1'
"a" = 1				--? unexpected symbol near '"a"'
nil = 1				--? unexpected symbol near 'nil'
{} = 1				--? unexpected symbol near '{'
a, f() = 1, 2			--? syntax error near '='
a, (b) = 1, 2			--? syntax error near '='
a, 1 = 1, 2			--? unexpected symbol near '1'
a = 1, = 2			--? unexpected symbol near '='
a == 1				--? syntax error near '=='
a + 1				--? syntax error near '+'
local a.b = 1			--? unexpected symbol near '.'
local (a) = 1			--? <name> expected near '('
local a, = 1			--? <name> expected near '='
]]
end)

test("expressions", function()
	lines [[
x = }				--? unexpected symbol near '}'
x = )				--? unexpected symbol near ')'
x = ()				--? unexpected symbol near ')'
x = * 2				--? unexpected symbol near '*'
x = 1 2				--? unexpected symbol near '2'
x = a b				--? syntax error near <eof>
x = 'a' 'b'			--? unexpected symbol near ''b''
x = 1 + * 2			--? unexpected symbol near '*'
x = {1 2}			--? '}' expected near '2'
x = {a = }			--? unexpected symbol near '}'
x = {,}				--? unexpected symbol near ','
x = {;}				--? unexpected symbol near ';'
x = {1,,}			--? unexpected symbol near ','
x = {[1] 2}			--? '=' expected near '2'
x = {['a']}			--? '=' expected near '}'
x = function f() end		--? '(' expected near 'f'
x = local			--? unexpected symbol near 'local'
x = return			--? unexpected symbol near 'return'
x = f(,)			--? unexpected symbol near ','
x = f(1,)			--? unexpected symbol near ')'
x = a[]				--? unexpected symbol near ']'
x = a."b"			--? <name> expected near '"b"'
x = a:"b"			--? <name> expected near '"b"'
x = a.if			--? <name> expected near 'if'
x = 'x':rep(2)			--? unexpected symbol near ':'
x = {}.y			--? unexpected symbol near '.'
x = #				--? unexpected symbol near <eof>
x = 1 and			--? unexpected symbol near <eof>
x = not not			--? unexpected symbol near <eof>
]]
end)

test("functions", function()
	lines [[
function f(a,) end		--? <name> or '...' expected near ')'
function f(..., a) end		--? ')' expected near ','
function f(1) end		--? <name> or '...' expected near '1'
function f(a b) end		--? ')' expected near 'b'
function f.(a) end		--? <name> expected near '('
function a.b:c.d() end		--? '(' expected near '.'
function a:b:c() end		--? '(' expected near ':'
function a[1]() end		--? '(' expected near '['
function "f"() end		--? <name> expected near '"f"'
local function a.b() end	--? '(' expected near '.'
local function a:b() end	--? '(' expected near ':'
function f() return ... end	--? cannot use '...' outside a vararg function near '...'
function f() end end		--? <eof> expected near 'end'
return 1 x = 2			--? <eof> expected near 'x'
return return			--? unexpected symbol near 'return'
return 1; return 2		--? <eof> expected near 'return'
do return 1 x() end		--? 'end' expected near 'x'
]]
end)

test("goto, labels, break", function()
	lines [[
goto x				--? no visible label 'x' for <goto> at line 1
goto 1				--? <name> expected near '1'
goto = 1			--? <name> expected near '='
::1::				--? <name> expected near '1'
::a:: ::a::			--? label 'a' already defined on line 1
::a:: do ::a:: end		--? label 'a' already defined on line 1
do ::x:: end goto x		--? no visible label 'x' for <goto> at line 1
goto x; do ::x:: end		--? no visible label 'x' for <goto> at line 1
function f() goto x end ::x::	--? no visible label 'x' for <goto> at line 1
goto x; local a ::x:: print(a)	--? <goto x> at line 1 jumps into the scope of local 'a'
repeat if y then goto c end local z ::c:: until z	--? <goto c> at line 1 jumps into the scope of local 'z'
break				--? break outside loop at line 1
do break end			--? break outside loop at line 1
while x do function f() break end end	--? break outside loop at line 1
]]
end)

test("attributes", function()
	lines [[
local x <foo> = 1		--? unknown attribute 'foo'
local x <CONST> = 1		--? unknown attribute 'CONST'
local x <> = 1			--? <name> expected near '>'
local x <const = 1		--? '>' expected near '='
local x <1> = 1			--? <name> expected near '1'
local x <const> = 1; x = 2	--? attempt to assign to const variable 'x'
local x <close> = nil; x = 2	--? attempt to assign to const variable 'x'
local x <const> = 1; function f() x = 2 end	--? attempt to assign to const variable 'x'
local x <const>; x = 1		--? attempt to assign to const variable 'x'
local x <const> = 1; x, y = 2	--? attempt to assign to const variable 'x'
local x <const> = 1; function x() end	--? attempt to assign to const variable 'x'
local a <close>, b <close> = 1	--? multiple to-be-closed variables in local list
for i <const> = 1, 2 do end	--? '=' or 'in' expected near '<'
function f(a <const>) end	--? ')' expected near '<'
local function f <const> () end	--? '(' expected near '<'
]]
end)

test("empty statements and semicolons are free", function()
	lines [[
;;;				-->
; return 1			--> 1
;; return 1;			--> 1
do ; end			-->
local a = 1; ; return a		--> 1
return;				-->
]]
	eq(#{1; 2; 3;}, 3)
	eq(#{1, 2, 3,}, 3)
end)

test("a call may be followed by a call", function()
	local function f(x) return function(y) return x .. y end end
	lines([[
f"a""b"				--> "ab"
f"a"("b")			--> "ab"
f([=[x]=])[=[y]=]		--> "xy"
(f)("a")("b")			--> "ab"
g{1, 2, 3}			--> 3
g{}				--> 0
t.f"x""y"			--> "xy"
t.g{9}				--> 1
t:m"z"				--> "z"
t:m[=[z]=]			--> "z"
#t:m{}				--> 0
]], {f = f, g = function(x) return #x end,
		t = {f = f, g = function(x) return #x end,
			m = function(_, x) return x end}})
	eq(T.code("local f = ...\nreturn f\n(1)")(function(x) return x end), 1)
end)

test("long sources in messages are cut", function()
	local _, msg = load("x = ", ("s"):rep(200))
	T.ok(#msg < 120, "length of the message")
	eq(msg:sub(1, 9), '[string "')
	T.ok(msg:find('..."]:1: unexpected symbol near <eof>', 1, true))
	_, msg = load("x = ", "one\ntwo")
	eq(msg, '[string "one..."]:1: unexpected symbol near <eof>')
	_, msg = load("x = ", "@file.lua")
	eq(msg, "file.lua:1: unexpected symbol near <eof>")
	_, msg = load("x = ", "=name")
	eq(msg, "name:1: unexpected symbol near <eof>")
	_, msg = load("x = ", "@" .. ("d/"):rep(60) .. "f.lua")
	eq(msg:sub(1, 3), "...")
	T.ok(msg:find("d/f.lua:1: unexpected", 1, true))
	_, msg = load("x = ", "=" .. ("d"):rep(100))
	eq(msg, ("d"):rep(59) .. ":1: unexpected symbol near <eof>")
	_, msg = load("x = ")
	eq(msg, '[string "x = "]:1: unexpected symbol near <eof>')
	_, msg = load("x =\n\n")
	eq(msg, '[string "x =..."]:3: unexpected symbol near <eof>')
end)

return T.finish()
