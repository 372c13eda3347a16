namespace Anteroom.Server.SignIn.SignOut;

/// <summary>Tells the browser to forget what it kept of our pages (Clear-Site-Data §3.1, SEC-008).</summary>
/// <remarks>Never cookies or storage: those reach the whole registrable domain and would end sessions of others.</remarks>
public static class ClearSiteData
{
    public static void Cache(HttpContext http) => http.Response.Headers["Clear-Site-Data"] = "\"cache\"";
}
