package io.armature.services.policy;

import io.armature.services.api.ServiceNames;
import io.armature.services.policy.Grant.Right;
import io.armature.services.policy.Tokens.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the text of one policy file: an array of objects with the keys {@code user}, {@code
 * identity} or {@code bundle} (one of them) and {@code own}, {@code request}. The first fault
 * rejects the whole file. One thread, one text.
 */
final class PolicyReader {

    /** Most warnings of one file; whoever mends these will see the next. */
    private static final int WARNINGS_LIMIT = 20;

    private static final String GUEST_PREFIX = "vm:";

    private final String file;
    private final Users users;
    private final Tokens tokens;
    private final List<Grant> grants = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> owned = new HashSet<>();

    private PolicyReader(String file, String text, Users users) {
        this.file = file;
        this.users = users;
        this.tokens = new Tokens(text);
    }

    /**
     * Reads a text.
     *
     * @param file how people know the file, printable
     * @param users whom rules may name
     */
    static PolicyFile read(String file, String text, Users users) {
        PolicyReader reader = new PolicyReader(file, text, users);
        try {
            reader.readArray();
        } catch (RejectedException e) {
            List<Finding> all = new ArrayList<>(reader.findings);
            all.add(Finding.error(file, e.line(), e.column(), e.getMessage()));
            return new PolicyFile(List.of(), all);
        }
        return new PolicyFile(reader.grants, reader.findings);
    }

    private void readArray() throws RejectedException {
        tokens.advance();
        expect(Kind.ARRAY_START, "an array [ of objects");
        tokens.advance();
        while (tokens.kind() != Kind.ARRAY_END) {
            expect(Kind.OBJECT_START, "an object { or the end of the array");
            readObject();
            separator(Kind.ARRAY_END, "] of the array");
        }
        tokens.advance();
        expect(Kind.END, "nothing after the array");
    }

    /** What one object says, before it is known to whom. */
    private static final class Entry {
        final Set<String> keys = new HashSet<>();
        final List<Name> own = new ArrayList<>();
        final List<Name> request = new ArrayList<>();
        String subjectKey;
        Subject subject;
    }

    /** A service's name and where it stands. */
    private record Name(String text, int line, int column) {}

    private void readObject() throws RejectedException {
        int line = tokens.line();
        int column = tokens.column();
        Entry entry = new Entry();
        tokens.advance();
        while (tokens.kind() != Kind.OBJECT_END) {
            expect(Kind.STRING, "a key or the end of the object");
            readMember(entry);
            separator(Kind.OBJECT_END, "} of the object");
        }
        if (entry.subject == null) {
            throw new RejectedException(
                    line, column, "the object needs one of user, identity and bundle");
        }
        if (!entry.keys.contains("own")
                && !entry.keys.contains("request")
                && findings.size() < WARNINGS_LIMIT) {
            findings.add(
                    Finding.warning(file, line, column, "the object has neither own nor request"));
        }
        grant(entry);
        tokens.advance();
    }

    private void readMember(Entry entry) throws RejectedException {
        String key = tokens.string();
        if (!entry.keys.add(key)) {
            throw tokens.rejected("second " + Tokens.quoted(key) + " in one object");
        }
        switch (key) {
            case "user":
            case "identity":
            case "bundle":
                readSubject(entry, key);
                break;
            case "own":
                readNames(key, entry.own);
                break;
            case "request":
                readNames(key, entry.request);
                break;
            default:
                throw tokens.rejected(
                        "unknown key "
                                + Tokens.quoted(key)
                                + ", known are user, identity, bundle, own and request");
        }
    }

    private void readSubject(Entry entry, String key) throws RejectedException {
        if (entry.subjectKey != null) {
            throw tokens.rejected("both " + entry.subjectKey + " and " + key + " in one object");
        }
        entry.subjectKey = key;
        value(Kind.STRING, "a string", key);
        entry.subject = subject(key, tokens.string());
        tokens.advance();
    }

    private Subject subject(String key, String name) throws RejectedException {
        switch (key) {
            case "user":
                return user(name);
            case "identity":
                boolean guest = name.startsWith(GUEST_PREFIX);
                if (!(guest ? Names.isGuest(name) : Names.isLabel(name))) {
                    throw tokens.rejected(
                            "identity "
                                    + Tokens.quoted(name)
                                    + " does not match "
                                    + (guest ? Names.GUEST : Names.LABEL));
                }
                return new Subject.Label(name);
            default:
                if (!Names.isBundle(name)) {
                    throw tokens.rejected(
                            "bundle " + Tokens.quoted(name) + " is not a symbolic name");
                }
                return new Subject.Bundle(name);
        }
    }

    private Subject user(String name) throws RejectedException {
        OptionalLong uid;
        try {
            uid = users.uid(name);
        } catch (IOException e) {
            throw tokens.rejected(
                    "cannot look up user "
                            + Tokens.quoted(name)
                            + ": "
                            + Printable.of(String.valueOf(e.getMessage())));
        }
        if (uid.isEmpty()) {
            throw tokens.rejected("unknown user " + Tokens.quoted(name));
        }
        return new Subject.User(uid.getAsLong(), name);
    }

    private void readNames(String key, List<Name> names) throws RejectedException {
        value(Kind.ARRAY_START, "an array [ of strings", key);
        tokens.advance();
        while (tokens.kind() != Kind.ARRAY_END) {
            expect(Kind.STRING, "the name of a service or the end of " + key);
            String name = tokens.string();
            if (name.length() > ServiceNames.LIMIT || !Names.isService(name)) {
                throw tokens.rejected(
                        "service name "
                                + Tokens.quoted(name)
                                + " does not match [A-Za-z0-9]{1,"
                                + ServiceNames.LIMIT
                                + "}");
            }
            names.add(new Name(name, tokens.line(), tokens.column()));
            tokens.advance();
            separator(Kind.ARRAY_END, "] of " + key);
        }
        tokens.advance();
    }

    private void grant(Entry entry) throws RejectedException {
        for (Name name : entry.own) {
            if (entry.subject instanceof Subject.Label label
                    && label.context().startsWith(GUEST_PREFIX)) {
                throw new RejectedException(
                        name.line, name.column, "a guest (" + label.context() + ") cannot own");
            }
            if (!owned.add(name.text)) {
                throw new RejectedException(
                        name.line, name.column, name.text + " is owned twice in this file");
            }
            grants.add(grant(Right.OWN, entry, name));
        }
        for (Name name : entry.request) {
            grants.add(grant(Right.REQUEST, entry, name));
        }
    }

    private Grant grant(Right right, Entry entry, Name name) {
        return new Grant(right, name.text, new Rule(entry.subject, file, name.line), name.column);
    }

    /** Goes over a colon to the value of a key. */
    private void value(Kind kind, String wanted, String key) throws RejectedException {
        tokens.advance();
        expect(Kind.COLON, ": after " + key);
        tokens.advance();
        expect(kind, wanted + " as " + key);
    }

    /** Goes over a comma, after which the end may come; or stays at the end. */
    private void separator(Kind end, String name) throws RejectedException {
        if (tokens.kind() == Kind.COMMA) {
            tokens.advance();
        } else {
            expect(end, "a comma or the " + name);
        }
    }

    private void expect(Kind kind, String wanted) throws RejectedException {
        if (tokens.kind() != kind) {
            throw tokens.rejected("expected " + wanted + ", found " + tokens.shown());
        }
    }
}
