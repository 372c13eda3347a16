using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.Platform.Web;

/// <summary>Writes one compiled Razor view as a response: for endpoints that decide by themselves and need only the page.</summary>
public sealed class PageRenderer(IRazorViewEngine engine, PageLanguages languages)
{
    /// <summary>Renders the whole page before the first byte leaves, so that a failure can still become an error page.</summary>
    /// <param name="view">The view's path from the project's root: <c>/SignIn/Pages/Identify.cshtml</c>.</param>
    public async Task WriteAsync(HttpContext http, int status, string view, object model)
    {
        // Flows down into the view and ends with this method.
        var language = languages.For(http);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (language, language);
        var page = await RenderAsync(http, view, model);

        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentLanguage = language.Name;
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage); // SEC-007
        var body = PagePacking.Pack(http, page);
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private async Task<ReadOnlyMemory<byte>> RenderAsync(HttpContext http, string view, object model)
    {
        var found = engine.GetView(executingFilePath: null, view, isMainPage: true);
        found.EnsureSuccessful([view]);

        var bytes = new MemoryStream(8192);
        await using (var writer = new HttpResponseStreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
        {
            var data = new ViewDataDictionary(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = model };
            var action = new ActionContext(http, http.GetRouteData(), new ActionDescriptor());
            var context = new ViewContext(
                action,
                found.View,
                data,
                new TempDataDictionary(http, NoTempData.Instance),
                writer,
                new HtmlHelperOptions()
            );
            await found.View.RenderAsync(context);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    /// <summary>Our pages keep nothing between requests outside the database.</summary>
    private sealed class NoTempData : ITempDataProvider
    {
        public static readonly NoTempData Instance = new();

        public IDictionary<string, object?> LoadTempData(HttpContext context) => new Dictionary<string, object?>();

        public void SaveTempData(HttpContext context, IDictionary<string, object?> values) { }
    }
}
