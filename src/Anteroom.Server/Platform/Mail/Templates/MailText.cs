using System.Globalization;
using System.Resources;

namespace Anteroom.Server.Platform.Mail.Templates;

/// <summary>The words of mails: <c>MailText.resx</c> and its translations, without any markup.</summary>
public sealed class MailText
{
    private static readonly ResourceManager Words = new(typeof(MailText));

    private readonly CultureInfo _culture;

    internal MailText(CultureInfo culture) => _culture = culture;

    /// <exception cref="MissingManifestResourceException">A text that does not exist: a mistake of ours that MailTemplateTests finds.</exception>
    public string this[string name] => Find(name) ?? throw new MissingManifestResourceException($"There is no text '{name}' for mails.");

    public string? Find(string name) => Words.GetString(name, _culture);
}
