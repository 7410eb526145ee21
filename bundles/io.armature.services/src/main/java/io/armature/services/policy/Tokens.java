package io.armature.services.policy;

/**
 * The tokens of a policy text: JSON with comments. Numbers and words mean nothing in a policy, so
 * they are not read but named where they stand. Constant memory beside the text, no recursion.
 */
final class Tokens {

    private static final int SHOWN_CHARACTERS = 40;

    /** What stands at the current place. */
    enum Kind {
        ARRAY_START("["),
        ARRAY_END("]"),
        OBJECT_START("{"),
        OBJECT_END("}"),
        COMMA(","),
        COLON(":"),
        STRING("a string"),
        END("the end of the file"),
        OTHER("something else");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    private final String text;
    private int at;
    private int lineStart;
    private int line = 1;

    private Kind kind = Kind.OTHER;
    private String string = "";
    private int tokenAt;

    Tokens(String text) {
        this.text = text;
    }

    Kind kind() {
        return kind;
    }

    /** The text of a string, without quotes and escapes. */
    String string() {
        return string;
    }

    /** Line of the current token, first is 1. No token goes over the end of a line. */
    int line() {
        return line;
    }

    int column() {
        return tokenAt - lineStart + 1;
    }

    /** The current token as people know it. */
    String shown() {
        switch (kind) {
            case STRING:
                return quoted(string);
            case OTHER:
                return word();
            default:
                return kind.label;
        }
    }

    RejectedException rejected(String reason) {
        return new RejectedException(line, column(), reason);
    }

    /** Goes to the next token. */
    void advance() throws RejectedException {
        skipBlanks();
        tokenAt = at;
        if (at == text.length()) {
            kind = Kind.END;
            return;
        }
        char c = text.charAt(at);
        kind = kindOf(c);
        if (kind == Kind.STRING) {
            readString();
        } else if (kind != Kind.OTHER) {
            at++;
        }
    }

    private static Kind kindOf(char c) {
        switch (c) {
            case '[':
                return Kind.ARRAY_START;
            case ']':
                return Kind.ARRAY_END;
            case '{':
                return Kind.OBJECT_START;
            case '}':
                return Kind.OBJECT_END;
            case ',':
                return Kind.COMMA;
            case ':':
                return Kind.COLON;
            case '"':
                return Kind.STRING;
            default:
                return Kind.OTHER;
        }
    }

    private void skipBlanks() throws RejectedException {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || isLineEnd(c)) {
                step();
            } else if (stands('/', '/')) {
                while (at < text.length() && !isLineEnd(text.charAt(at))) {
                    stepInComment();
                }
            } else if (stands('/', '*')) {
                skipComment();
            } else {
                return;
            }
        }
    }

    private void skipComment() throws RejectedException {
        int beginLine = line;
        int beginColumn = at - lineStart + 1;
        at += 2;
        while (!stands('*', '/')) {
            if (at >= text.length()) {
                throw new RejectedException(
                        beginLine, beginColumn, "the comment that begins here does not end");
            }
            stepInComment();
        }
        at += 2;
    }

    private void stepInComment() throws RejectedException {
        char c = text.charAt(at);
        if (c < ' ' && c != '\t' && !isLineEnd(c)) {
            tokenAt = at;
            throw rejected(String.format("control character 0x%02x in a comment", (int) c));
        }
        step();
    }

    /** Goes over one character; a line ends with LF, CR, or both. */
    private void step() {
        char c = text.charAt(at);
        at++;
        if (c == '\n' || c == '\r' && !(at < text.length() && text.charAt(at) == '\n')) {
            line++;
            lineStart = at;
        }
    }

    private boolean stands(char first, char second) {
        return at + 1 < text.length() && text.charAt(at) == first && text.charAt(at + 1) == second;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private void readString() throws RejectedException {
        StringBuilder read = new StringBuilder();
        at++;
        while (true) {
            if (at == text.length() || isLineEnd(text.charAt(at))) {
                throw rejected("the string that begins here does not end in its line");
            }
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                string = read.toString();
                return;
            }
            if (c < ' ') {
                tokenAt = at;
                throw rejected(
                        String.format("control character 0x%02x in a string; escape it", (int) c));
            }
            at++;
            read.append(c == '\\' ? escaped() : c);
        }
    }

    /** What an escape stands for; its backslash is read already. */
    private char escaped() throws RejectedException {
        char c = at < text.length() ? text.charAt(at) : ' ';
        at++;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                return unicode();
            default:
                tokenAt = at - 2;
                throw rejected("unknown escape in a string");
        }
    }

    private char unicode() throws RejectedException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() ? hexadecimal(text.charAt(at)) : -1;
            if (digit < 0) {
                tokenAt = at - i - 2;
                throw rejected("\\u must be followed by four hexadecimal digits");
            }
            value = value << 4 | digit;
            at++;
        }
        return (char) value;
    }

    // Character.digit would take digits of other scripts.
    private static int hexadecimal(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /** The number, word or sign that stands here. */
    private String word() {
        int end = at + 1;
        while (end < text.length()
                && end - at < SHOWN_CHARACTERS
                && (Character.isLetterOrDigit(text.charAt(end))
                        || "+-.".indexOf(text.charAt(end)) >= 0)) {
            end++;
        }
        return Printable.of(text.substring(at, end));
    }

    /** In quotes, cut, printable. */
    static String quoted(String any) {
        boolean cut = any.length() > SHOWN_CHARACTERS;
        return '"'
                + Printable.of(cut ? any.substring(0, SHOWN_CHARACTERS) : any)
                + (cut ? "...\"" : "\"");
    }
}
