using System;
using System.IO;
using System.Net;
using System.Security.Cryptography.X509Certificates;

/// <summary>URL, CA; KEY or P12, or neither, from the environment.</summary>
public static class MonoTls
{
    public static void Main(string[] args)
    {
        string url = Env("URL"), key = Env("KEY"), p12 = Env("P12");
        X509Certificate2 ca = new X509Certificate2(Env("CA"));
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
        ServicePointManager.ServerCertificateValidationCallback = (sender, certificate, chain, errors) =>
            certificate.Issuer == ca.Subject;
        HttpWebRequest request = (HttpWebRequest)WebRequest.Create(url);
        if (key != "") request.Headers["X-Api-Key"] = key;
        if (p12 != "") request.ClientCertificates.Add(new X509Certificate2(p12, "changeit"));
        using (StreamReader reader = new StreamReader(request.GetResponse().GetResponseStream()))
            Console.WriteLine(reader.ReadToEnd());
        Environment.Exit(0); // To return from Main waits for Mono's thread pool, now and then for a minute.
    }

    private static string Env(string name) { return Environment.GetEnvironmentVariable(name) ?? ""; }
}
