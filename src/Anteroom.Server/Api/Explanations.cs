using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Api;

/// <summary>Says why a user is in this state, has this role and these values.</summary>
internal static class Explanations
{
    public static ExplainView Of(User user) =>
        new(
            UserView.StateOf(user),
            user.Blocks.Count == 0
                ? "No block is set."
                : string.Join(
                    ' ',
                    user.Blocks.Select(block =>
                        $"Blocked for {string.Join(", ", block.Channels)} by {Words.Of(block.Source)} at {block.At:u}{(block.Reason is { } reason ? $": {reason}" : "")}."
                    )
                ),
            user.Role.Key,
            "Given when the account was made or by an administrator since; a sign-in never changes it.",
            [
                .. user
                    .Attributes.Keys.Union(user.Stamps.Keys)
                    .Order(StringComparer.Ordinal)
                    .Select(attribute =>
                    {
                        var stamp = user.Stamps.GetValueOrDefault(attribute);
                        var value = attribute == UserAttributes.UserName ? user.UserName : user.Attributes.GetValueOrDefault(attribute);
                        return new ExplainedValue(
                            attribute,
                            value,
                            stamp?.Source,
                            stamp?.At,
                            stamp is null
                                ? "Nobody has written it since it was made."
                                : $"Written by {Words.Of(stamp.Source)}; a source of lower authority cannot change it."
                        );
                    }),
            ]
        );
}
