using System.Text.Json;
using Anteroom.Protocols.OAuth;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Claims about the person and their place in the organization (design.md §4, OIDC Core §5.1, §5.4): alike in id_token and userinfo.</summary>
internal static class PersonClaims
{
    public static void Write(Utf8JsonWriter writer, GrantFacts facts, ScopeSet scope)
    {
        var person = facts.Person;
        writer.WriteString("org_slug", facts.OrganizationSlug);
        writer.WriteString("role", person.Role);
        writer.WriteStartArray("groups");
        foreach (var group in person.Groups.Take(GrantFactsRow.MaxGroups))
            writer.WriteStringValue(group);
        writer.WriteEndArray();
        if (person.Groups.Count > GrantFactsRow.MaxGroups)
            writer.WriteBoolean("groups_truncated", true);

        if (scope.Contains(OidcScopes.Profile))
        {
            WriteIfPresent("name", person.DisplayName);
            WriteIfPresent("given_name", person.GivenName);
            WriteIfPresent("family_name", person.FamilyName);
            writer.WriteString("preferred_username", person.UserName);
            writer.WriteNumber("updated_at", person.UpdatedAt.ToUnixTimeSeconds());
        }
        if (scope.Contains(OidcScopes.Email) && person.Email is not null)
        {
            writer.WriteString("email", person.Email);
            // Nobody has shown here that mail to it reaches this person, and an application must not believe so (SEC-074).
            writer.WriteBoolean("email_verified", false);
        }

        void WriteIfPresent(string name, string? value)
        {
            if (value is not null)
                writer.WriteString(name, value);
        }
    }
}
