package io.armature.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.text.NumberFormat;
import java.time.ZoneId;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.slf4j.LoggerFactory;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Makes ready, beside the framework's start, what every boot needs a little later: logging, the
 * time zone, the formats of numbers, sockets. Nobody waits for this thread; whoever comes first
 * does a part, and the other waits for that.
 */
final class Ahead extends Thread {

    Ahead() {
        super("launcher-ahead");
        setDaemon(true);
    }

    @Override
    public void run() {
        LoggerFactory.getLogger(Ahead.class).debug("zone {}", ZoneId.systemDefault());
        // The component runtime formats what it tells of its components.
        NumberFormat.getInstance();
        sockets();
        classes();
        if (Boolean.getBoolean("armature.training")) {
            parse();
        }
    }

    /** The control socket and the console are the first that need any. */
    private static void sockets() {
        try {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX).close();
            ServerSocketChannel.open().close();
        } catch (IOException | UnsupportedOperationException e) {
            LoggerFactory.getLogger(Ahead.class).debug("no sockets of some kind", e);
        }
    }

    /** The component runtime makes a class for each type of settings; the first one is dear. */
    private static void classes() {
        ClassLoader loader = Ahead.class.getClassLoader();
        Object made =
                Proxy.newProxyInstance(
                        loader, new Class<?>[] {Settings.class}, (proxy, method, arguments) -> "");
        LoggerFactory.getLogger(Ahead.class).debug("classes can be made, as {}", made.getClass());
    }

    /** Has what settings have: nothing but names and values. */
    @interface Settings {
        String name();
    }

    /**
     * The component runtime parses XML when a bundle is updated, and nothing does before: the class
     * archive is to hold the parser, else the first update takes longer.
     */
    private static void parse() {
        byte[] document = "<a:b xmlns:a='c' d='e'/>".getBytes(StandardCharsets.UTF_8);
        SAXParserFactory factory = SAXParserFactory.newInstance();
        factory.setNamespaceAware(true);
        try {
            factory.newSAXParser().parse(new ByteArrayInputStream(document), new DefaultHandler());
        } catch (IOException | ParserConfigurationException | SAXException e) {
            LoggerFactory.getLogger(Ahead.class).warn("no XML in this JVM", e);
        }
    }
}
