import java.io.FileInputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** `client` or `connection`; URL, CA; KEY or P12, or neither, from the environment. */
public class JavaTls {
  public static void main(String[] args) throws Exception {
    String url = System.getenv("URL"), key = System.getenv("KEY"), p12 = System.getenv("P12");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (FileInputStream file = new FileInputStream(System.getenv("CA"))) {
      trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyManager[] keys = null;
    if (p12 != null && !p12.isEmpty()) {
      KeyStore own = KeyStore.getInstance("PKCS12");
      try (FileInputStream file = new FileInputStream(p12)) {
        own.load(file, "changeit".toCharArray());
      }
      KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(own, "changeit".toCharArray());
      keys = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    boolean hasKey = key != null && !key.isEmpty();
    if (args[0].equals("client")) {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
      if (hasKey) request.header("X-Api-Key", key);
      HttpClient client = HttpClient.newBuilder().sslContext(context).build();
      System.out.println(client.send(request.build(), BodyHandlers.ofString()).body());
    } else {
      HttpsURLConnection connection = (HttpsURLConnection) new URL(url).openConnection();
      connection.setSSLSocketFactory(context.getSocketFactory());
      if (hasKey) connection.setRequestProperty("X-Api-Key", key);
      System.out.println(new String(connection.getInputStream().readAllBytes()));
    }
  }
}
