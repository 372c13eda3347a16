using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Anteroom.EntraEmulator.Pages;

/// <summary>Renders a Razor component to a whole HTML page, without any interactive part.</summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory logs)
{
    /// <summary>More forms of pages than there are; a guard, not a limit.</summary>
    private const int MostForms = 256;

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    private readonly ConcurrentDictionary<string, PageForm> _forms = new(StringComparer.Ordinal);

    /// <param name="parameters">An object whose properties are the component's parameters.</param>
    public async Task<IResult> RenderAsync<TPage>(object parameters, int status = 200)
        where TPage : IComponent => Html(await RenderAsync<TPage>(Values(parameters)), status);

    /// <summary>
    /// The same for pages that only show their texts and decide nothing by them: rendered once per form, then filled in. Sign-ins are
    /// measured, and this is most of what they would cost.
    /// </summary>
    public async Task<IResult> FillAsync<TPage>(object parameters)
        where TPage : IComponent
    {
        var values = Values(parameters);
        if (values.Values.Any(value => value is not (null or string or bool or int)))
            return Html(await RenderAsync<TPage>(values), StatusCodes.Status200OK);

        var texts = values.Where(pair => pair.Value is string { Length: > 0 }).Select(pair => pair.Key).ToList();
        var rest = values.Where(pair => !texts.Contains(pair.Key)).Select(pair => $"{pair.Key}={pair.Value ?? "null"}");
        var key = $"{typeof(TPage).Name}|{string.Join(',', texts)}|{string.Join(',', rest)}";
        if (!_forms.TryGetValue(key, out var form))
        {
            foreach (var name in texts)
                values[name] = PageForm.SlotOf(name);
            form = PageForm.Read(await RenderAsync<TPage>(values));
            if (_forms.Count < MostForms)
                _forms[key] = form;
            values = Values(parameters);
        }
        return Html(form.Fill(values), StatusCodes.Status200OK);
    }

    private async Task<string> RenderAsync<TPage>(Dictionary<string, object?> values)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(values));
            return "<!DOCTYPE html>\n" + root.ToHtmlString();
        });
    }

    private static Dictionary<string, object?> Values(object parameters) =>
        Properties
            .GetOrAdd(parameters.GetType(), type => type.GetProperties())
            .ToDictionary(property => property.Name, property => property.GetValue(parameters));

    private static IResult Html(string html, int status) => Results.Text(html, "text/html", System.Text.Encoding.UTF8, status);
}
