using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Anteroom.EntraEmulator.Pages;

/// <summary>Renders a Razor component to a whole HTML page, without any interactive part.</summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory logs)
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    /// <param name="parameters">An object whose properties are the component's parameters.</param>
    public async Task<IResult> RenderAsync<TPage>(object parameters, int status = 200)
        where TPage : IComponent
    {
        var values = Properties
            .GetOrAdd(parameters.GetType(), type => type.GetProperties())
            .ToDictionary(property => property.Name, property => property.GetValue(parameters));

        await using var renderer = new HtmlRenderer(services, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(values));
            return "<!DOCTYPE html>\n" + root.ToHtmlString();
        });
        return Results.Text(html, "text/html", System.Text.Encoding.UTF8, status);
    }
}
